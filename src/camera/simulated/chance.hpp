// Chance that comes out the same each time: numbers that depend on a seed and on what they are for.
#pragma once

#include <cstdint>

namespace sightglass::camera {

// The output function of SplitMix64 (Steele, Lea, Flood 2014).
constexpr std::uint64_t mixed(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15ULL;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
  return value ^ (value >> 31);
}
constexpr std::uint64_t mixed(std::uint64_t seed, std::uint64_t index, std::uint64_t purpose) {
  return mixed(mixed(mixed(seed) ^ index) ^ purpose);
}

// 0 ≤ x < 1
constexpr double uniform(std::uint64_t seed, std::uint64_t index, std::uint64_t purpose) {
  return static_cast<double>(mixed(seed, index, purpose) >> 11) * 0x1.0p-53;
}

}  // namespace sightglass::camera
