// A line of a display as several pictures that differ in what hides its digits: light, contrast, colour, a tight cut.
#pragma once

#include <vector>

#include "core/raster.hpp"
#include "core/result.hpp"

namespace sightglass::vision {

// As it is first. Pure. Blocks. Errors: those of pixels.hpp.
core::Result<std::vector<core::Raster>> display_variants(const core::Raster& line);

// Each channel spread over all values from its 2nd to its 98th hundredth, of spans below 16 less: what little contrast
// there is, in whatever light, looks alike. Pure.
core::Raster spread_channels(core::Raster line);

}  // namespace sightglass::vision
