// A sensor's frame as pixels for those that look at pictures.
#pragma once

#include <optional>

#include "core/box.hpp"
#include "core/raster.hpp"
#include "core/raw_image.hpp"
#include "core/result.hpp"

namespace sightglass::imaging::pipeline {

// Eight bits of each colour, grey in all three. Of a frame that check_frame() passed; `region`, of whole pixels, lies
// inside it, and all of it is taken without one. Blocks. Errors: those of eight_bit_samples().
core::Result<core::Raster> frame_raster(const core::RawImage& frame, const std::optional<core::Box>& region);

}  // namespace sightglass::imaging::pipeline
