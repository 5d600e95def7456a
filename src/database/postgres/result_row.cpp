#include "database/postgres/result_row.hpp"

#include <fmt/format.h>

#include <bit>
#include <charconv>
#include <cmath>

#include "database/postgres/types.hpp"

namespace sightglass::database::postgres {
namespace {

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t number = 0;
  for (const char byte : bytes) number = (number << 8) | static_cast<unsigned char>(byte);
  return number;
}

std::int16_t int16_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::int16_t>(big_endian(bytes.substr(at, 2)));
}

// NUMERIC on the wire (numeric_send): count of digits to the base of 10,000, the first one's weight, sign, scale, each
// of two bytes, then the digits. Sums of BIGINT come like this. NaN and infinities read as 0.
double numeric(std::string_view bytes) {
  constexpr std::size_t head = 8;
  if (bytes.size() < head) return 0;
  const int count = int16_at(bytes, 0);
  const int weight = int16_at(bytes, 2);
  const auto sign = static_cast<std::uint16_t>(int16_at(bytes, 4));
  if (sign != 0 && sign != 0x4000) return 0;
  double value = 0;
  for (int i = 0; i < count && head + 2 * static_cast<std::size_t>(i) + 2 <= bytes.size(); ++i)
    value += int16_at(bytes, head + 2 * static_cast<std::size_t>(i)) * std::pow(10'000.0, weight - i);
  return sign == 0 ? value : -value;
}

// The same without what a double would round off; what lies behind the point is left away.
std::int64_t whole_numeric(std::string_view bytes) {
  constexpr std::size_t head = 8;
  if (bytes.size() < head) return 0;
  const int count = int16_at(bytes, 0);
  const int weight = int16_at(bytes, 2);
  const auto sign = static_cast<std::uint16_t>(int16_at(bytes, 4));
  constexpr int largest_weight = 4;  // 10,000^5 is beyond 64 bits
  if ((sign != 0 && sign != 0x4000) || weight > largest_weight) return 0;
  std::uint64_t value = 0;
  for (int i = 0; i <= weight; ++i) {
    const auto at = head + 2 * static_cast<std::size_t>(i);
    value = value * 10'000 + (i < count && at + 2 <= bytes.size() ? big_endian(bytes.substr(at, 2)) : 0);
  }
  const auto whole = static_cast<std::int64_t>(value);
  return sign == 0 ? whole : -whole;
}

template <typename Number>
Number parsed(std::string_view text) {
  Number number{};
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

std::string_view ResultRow::raw(int column) const {
  return {PQgetvalue(result_, row_, column), static_cast<std::size_t>(PQgetlength(result_, row_, column))};
}

std::int64_t ResultRow::integer(int column) const {
  if (is_null(column)) return 0;
  const std::string_view bytes = raw(column);
  switch (PQftype(result_, column)) {
    case int8_type: return static_cast<std::int64_t>(big_endian(bytes));
    case int4_type: return static_cast<std::int32_t>(big_endian(bytes));
    case int2_type: return static_cast<std::int16_t>(big_endian(bytes));
    case oid_type:
    case bool_type: return static_cast<std::int64_t>(big_endian(bytes));
    case numeric_type: return whole_numeric(bytes);
    case float8_type:
    case float4_type: return static_cast<std::int64_t>(real(column));
    default: return parsed<std::int64_t>(bytes);
  }
}

double ResultRow::real(int column) const {
  if (is_null(column)) return 0;
  const std::string_view bytes = raw(column);
  switch (PQftype(result_, column)) {
    case float8_type: return std::bit_cast<double>(big_endian(bytes));
    case float4_type: return static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(big_endian(bytes))));
    case numeric_type: return numeric(bytes);
    case int8_type:
    case int4_type:
    case int2_type:
    case oid_type:
    case bool_type: return static_cast<double>(integer(column));
    default: return parsed<double>(bytes);
  }
}

std::string_view ResultRow::text(int column) const {
  const Oid type = PQftype(result_, column);
  const bool is_real = type == float8_type || type == float4_type;
  const bool is_whole = type == int8_type || type == int4_type || type == int2_type || type == oid_type ||
                        type == bool_type || type == numeric_type;
  if (is_null(column) || (!is_real && !is_whole)) return raw(column);
  if (written_.empty()) written_.resize(static_cast<std::size_t>(PQnfields(result_)));
  std::string& written = written_[static_cast<std::size_t>(column)];
  written = is_real ? fmt::format("{}", real(column)) : std::to_string(integer(column));
  return written;
}

std::string_view ResultRow::bytes(int column) const { return raw(column); }

}  // namespace sightglass::database::postgres
