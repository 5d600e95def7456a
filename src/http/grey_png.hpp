// Grey pictures as PNG (ISO/IEC 15948), for what is drawn here rather than taken by a camera.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "core/geometry.hpp"

namespace sightglass::http {

// 8 bit, one channel, not interlaced. `pixels` are the picture's, row by row without gaps; both sides ≥ 1.
std::string grey_png(core::Size size, std::span<const std::uint8_t> pixels);

}  // namespace sightglass::http
