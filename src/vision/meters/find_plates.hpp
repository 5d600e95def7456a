// Plates on a picture that a display may be: dark rectangles that lie, and light ones.
#pragma once

#include <cstddef>
#include <vector>

#include "core/raster.hpp"
#include "core/result.hpp"
#include "vision/readings/meter_profile.hpp"

namespace sightglass::vision {

// In pixels of `picture`, clockwise from the left top, the likeliest first: full and large ones. Turned by 15° at most,
// 1.7 to 8 times as wide as high, an eighth of the picture wide or more; none where there is nothing like it. Dark ones
// come before light ones. Pure. Blocks: some 50 ms. Errors: those of pixels.hpp.
core::Result<std::vector<Quadrangle>> find_plates(const core::Raster& picture, std::size_t most);

}  // namespace sightglass::vision
