#include "vision/conversion/protobuf_wire.hpp"

#include <algorithm>
#include <bit>
#include <limits>

namespace sightglass::vision {
namespace {

std::unexpected<core::Error> broken(const char* why) {
  return core::fail(core::ErrorCode::invalid_input, std::string("the network file is broken: ") + why);
}

std::unexpected<core::Error> too_many() {
  return core::fail(core::ErrorCode::too_large, "the network file lists more numbers than we take");
}

template <typename Number>
std::optional<Number> take_fixed(std::string_view& rest) {
  if (rest.size() < sizeof(Number)) return std::nullopt;
  Number value = 0;
  for (std::size_t i = 0; i < sizeof(Number); ++i)
    value |= static_cast<Number>(static_cast<unsigned char>(rest[i])) << (8 * i);
  rest.remove_prefix(sizeof(Number));
  return value;
}

std::optional<std::uint64_t> take_varint(std::string_view& rest) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 10 && i < rest.size(); ++i) {
    const auto byte = static_cast<unsigned char>(rest[i]);
    value |= static_cast<std::uint64_t>(byte & 0x7f) << (7 * i);
    if ((byte & 0x80) == 0) {
      rest.remove_prefix(i + 1);
      return value;
    }
  }
  return std::nullopt;
}

}  // namespace

void WireWriter::varint(std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) bytes_ += static_cast<char>(value | 0x80);
  bytes_ += static_cast<char>(value);
}

void WireWriter::number(std::uint32_t field, std::int64_t value) {
  varint(static_cast<std::uint64_t>(field) << 3);
  varint(static_cast<std::uint64_t>(value));
}

void WireWriter::real(std::uint32_t field, float value) {
  varint((static_cast<std::uint64_t>(field) << 3) | 5);
  const auto bits = std::bit_cast<std::uint32_t>(value);
  for (unsigned shift = 0; shift < 32; shift += 8) bytes_ += static_cast<char>(bits >> shift);
}

void WireWriter::text(std::uint32_t field, std::string_view bytes) {
  varint((static_cast<std::uint64_t>(field) << 3) | 2);
  varint(bytes.size());
  bytes_ += bytes;
}

float WireField::real() const { return std::bit_cast<float>(static_cast<std::uint32_t>(value)); }

core::Result<std::optional<WireField>> WireReader::next() {
  if (rest_.empty()) return std::optional<WireField>();
  const auto tag = take_varint(rest_);
  if (!tag || *tag >> 3 == 0 || *tag > std::numeric_limits<std::uint32_t>::max())
    return broken("no field where one should be");
  WireField field{.number = static_cast<std::uint32_t>(*tag >> 3)};
  std::optional<std::uint64_t> value;
  switch (*tag & 7) {
    case 0: value = take_varint(rest_); break;
    case 1: value = take_fixed<std::uint64_t>(rest_); break;
    case 2: value = take_varint(rest_); break;
    case 5: value = take_fixed<std::uint32_t>(rest_); break;
    default: return broken("a field of a kind that is not used");
  }
  field.kind = static_cast<WireKind>(*tag & 7);
  if (!value) return broken("it is cut short");
  field.value = *value;
  if (field.kind == WireKind::bytes) {
    if (*value > rest_.size()) return broken("a part is longer than the whole");
    field.bytes = rest_.substr(0, static_cast<std::size_t>(*value));
    rest_.remove_prefix(static_cast<std::size_t>(*value));
  }
  return std::optional<WireField>(field);
}

core::Result<void> read_integers(const WireField& field, std::size_t most, std::vector<std::int64_t>& values) {
  if (field.kind == WireKind::varint) {
    if (values.size() >= most) return too_many();
    values.push_back(field.integer());
    return {};
  }
  if (field.kind != WireKind::bytes) return broken("a list of whole numbers is none");
  for (auto rest = field.bytes; !rest.empty();) {
    const auto value = take_varint(rest);
    if (!value) return broken("a list of whole numbers is cut short");
    if (values.size() >= most) return too_many();
    values.push_back(static_cast<std::int64_t>(*value));
  }
  return {};
}

core::Result<void> read_reals(const WireField& field, std::size_t most, std::vector<float>& values) {
  if (field.kind == WireKind::fixed32) {
    if (values.size() >= most) return too_many();
    values.push_back(field.real());
    return {};
  }
  if (field.kind != WireKind::bytes || field.bytes.size() % 4 != 0) return broken("a list of numbers is none");
  if (field.bytes.size() / 4 > most - std::min(most, values.size())) return too_many();
  for (auto rest = field.bytes; !rest.empty();)
    values.push_back(std::bit_cast<float>(*take_fixed<std::uint32_t>(rest)));
  return {};
}

}  // namespace sightglass::vision
