// Numbers of 16 bits (IEEE 754 binary16), as weights are often stored.
#pragma once

#include <cstdint>

namespace sightglass::vision {

// Exact for every half, subnormal ones, infinities and NaNs among them.
float float_of_half(std::uint16_t bits);

}  // namespace sightglass::vision
