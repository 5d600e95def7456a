// ThumbHash (Evan Wallace, https://evanw.github.io/thumbhash/): a blurred placeholder in about 25 bytes.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "core/geometry.hpp"

namespace sightglass::imaging {

// `rgb` is interleaved sRGB, 8 bit, 3 × width × height bytes; sides are 1 … 100 pixels, as the algorithm asks.
// Returns the hash's bytes in base64 (RFC 4648, 4) with padding. Pure.
std::string thumbhash_of(std::span<const std::uint8_t> rgb, core::Size size);

// RFC 4648, section 4.
std::string base64_of(std::span<const std::uint8_t> bytes);

}  // namespace sightglass::imaging
