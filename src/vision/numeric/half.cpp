#include "vision/numeric/half.hpp"

#include <bit>

namespace sightglass::vision {

std::uint16_t half_of(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const auto sign = static_cast<std::uint16_t>(bits >> 16 & 0x8000);
  const std::uint32_t magnitude = bits & 0x7fffffff;
  const auto with_sign = [sign](std::uint32_t rest) { return static_cast<std::uint16_t>(sign | rest); };
  if (magnitude > 0x7f800000) return with_sign(0x7e00);   // NaN
  if (magnitude >= 0x477ff000) return with_sign(0x7c00);  // from 65520 up the nearest half is infinite
  if (magnitude < 0x38800000) {
    // Subnormal: adding 0.5 lets the float unit round to the right place.
    const float shifted = std::bit_cast<float>(magnitude) + 0.5F;
    return with_sign(std::bit_cast<std::uint32_t>(shifted) - 0x3f000000);
  }
  const std::uint32_t is_odd = magnitude >> 13 & 1;
  return with_sign((magnitude - 0x38000000 + 0xfff + is_odd) >> 13);
}

float from_half(std::uint16_t bits) {
  const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000) << 16;
  const std::uint32_t rest = bits & 0x7fff;
  if (rest >= 0x7c00) return std::bit_cast<float>(sign | 0x7f800000 | (rest & 0x3ff) << 13);
  if (rest < 0x400) {
    const float value = static_cast<float>(rest) * 0x1.0p-24F;
    return std::bit_cast<float>(sign | std::bit_cast<std::uint32_t>(value));
  }
  return std::bit_cast<float>(sign | ((rest << 13) + 0x38000000));
}

}  // namespace sightglass::vision
