// 16-bit floating point numbers (IEEE 754 binary16), in which models are kept.
#pragma once

#include <cstdint>

namespace sightglass::vision {

// Rounded to the nearest, ties to even; beyond ±65504 it becomes infinite, NaN stays NaN.
std::uint16_t half_of(float value);
float from_half(std::uint16_t bits);

}  // namespace sightglass::vision
