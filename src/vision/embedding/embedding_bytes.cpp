#include "vision/embedding/embedding_bytes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

#include "vision/conversion/half_float.hpp"

namespace sightglass::vision {

namespace {

constexpr float largest_half = 65'504;

std::uint16_t half_of(float value) {
  const auto sign = static_cast<std::uint16_t>(std::signbit(value) ? 0x8000 : 0);
  const float size = std::min(std::abs(value), largest_half);
  if (size < 0x1p-14F) {
    // Subnormal: whole multiples of 2^−24. nearbyint rounds half to even.
    return sign | static_cast<std::uint16_t>(std::nearbyint(size * 0x1p24F));
  }
  const auto bits = std::bit_cast<std::uint32_t>(size);
  const std::uint32_t rounded = bits + 0xFFF + ((bits >> 13) & 1);
  // From the exponent's bias of 127 to one of 15.
  return sign | static_cast<std::uint16_t>((rounded >> 13) - ((127 - 15) << 10));
}

}  // namespace

std::string embedding_bytes(std::span<const float> values) {
  std::string bytes;
  bytes.reserve(2 * values.size());
  for (const float value : values) {
    const std::uint16_t half = half_of(value);
    bytes.push_back(static_cast<char>(half & 0xFF));
    bytes.push_back(static_cast<char>(half >> 8));
  }
  return bytes;
}

core::Result<std::vector<float>> embedding_values(std::string_view bytes, std::size_t expected) {
  if (bytes.size() != 2 * expected) {
    return core::fail(core::invalid_input(
        "embedding", fmt::format("an embedding of {} values has {} bytes", expected, bytes.size())));
  }
  std::vector<float> values;
  values.reserve(expected);
  for (std::size_t place = 0; place < bytes.size(); place += 2) {
    const auto low = static_cast<std::uint8_t>(bytes[place]);
    const auto high = static_cast<std::uint8_t>(bytes[place + 1]);
    const float value = float_of_half(static_cast<std::uint16_t>(low | (high << 8)));
    if (!std::isfinite(value)) {
      return core::fail(core::invalid_input("embedding", "an embedding holds a number that is not finite"));
    }
    values.push_back(value);
  }
  return values;
}

}  // namespace sightglass::vision
