#include "database/postgres/parameters.hpp"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <optional>
#include <variant>

#include "database/postgres/types.hpp"
#include "database/valid_text.hpp"

namespace sightglass::database::postgres {
namespace {

constexpr int as_text = 0;
constexpr int as_binary = 1;

struct Encoded {
  std::string bytes;
  int format = as_text;
};

std::string big_endian(std::uint64_t number) {
  std::string bytes(8, '\0');
  for (std::size_t i = 8; i-- > 0; number >>= 8) bytes[i] = static_cast<char>(number & 0xff);
  return bytes;
}

// What the server does not take in binary it reads as text itself, and refuses what does not fit.
struct Encoder {
  Oid type;

  std::optional<Encoded> operator()(std::monostate) const { return std::nullopt; }
  std::optional<Encoded> operator()(std::int64_t number) const {
    if (type == int8_type) return Encoded{big_endian(static_cast<std::uint64_t>(number)), as_binary};
    if (type == float8_type)
      return Encoded{big_endian(std::bit_cast<std::uint64_t>(static_cast<double>(number))), as_binary};
    return Encoded{std::to_string(number), as_text};
  }
  std::optional<Encoded> operator()(double number) const {
    if (std::isnan(number)) return std::nullopt;  // as SQLite does
    if (type == float8_type) return Encoded{big_endian(std::bit_cast<std::uint64_t>(number)), as_binary};
    return Encoded{fmt::format("{}", number), as_text};
  }
  std::optional<Encoded> operator()(const std::string& text) const {
    if (type == bytea_type) return Encoded{text, as_binary};
    // Binary, because libpq takes a text parameter's length from its first NUL.
    return Encoded{valid_text(text), is_text(type) ? as_binary : as_text};
  }
  std::optional<Encoded> operator()(const Bytes& bytes) const {
    if (type == bytea_type) return Encoded{bytes.value, as_binary};
    return (*this)(bytes.value);
  }
};

}  // namespace

Parameters::Parameters(std::span<const Value> values, std::span<const Oid> types) {
  encoded_.reserve(values.size());  // the pointers lead into it
  for (std::size_t i = 0; i < values.size(); ++i) {
    auto encoded = std::visit(Encoder{types[i]}, values[i].storage());
    encoded_.push_back(encoded ? std::move(encoded->bytes) : std::string{});
    pointers_.push_back(encoded ? encoded_.back().c_str() : nullptr);
    lengths_.push_back(static_cast<int>(encoded_.back().size()));
    formats_.push_back(encoded ? encoded->format : as_text);
  }
}

}  // namespace sightglass::database::postgres
