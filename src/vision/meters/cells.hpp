// Parts of quadrangles on a picture.
#pragma once

#include "core/geometry.hpp"
#include "core/result.hpp"
#include "vision/readings/meter_profile.hpp"

namespace sightglass::vision {

// Of the quadrangle the part from `from` to `to`, shares of its width; below 0 and above 1 beyond it.
Quadrangle part_of(const Quadrangle& corners, double from, double to);
// The same, larger by `share` of its width and height to every side.
Quadrangle grown(const Quadrangle& corners, double horizontal, double vertical);
// The size at which the quadrangle loses no detail. invalid_input when a side is below 8 pixels or above 4,096.
core::Result<core::Size> cell_size(const Quadrangle& corners);

}  // namespace sightglass::vision
