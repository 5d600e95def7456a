// Step: from decoded planes to the interleaved pixels that networks and code readers take.
#pragma once

#include "core/raster.hpp"
#include "core/result.hpp"
#include "imaging/decoder.hpp"
#include "imaging/pipeline/planes.hpp"

namespace sightglass::imaging::pipeline {

// Errors: invalid_input, naming the member of a plan that makes no raster.
core::Result<void> check_plan(const RasterPlan& plan);

// `target` is the size after turning. Chroma is brought to the full size first, so that a small red needle or lamp
// keeps its colour; a grey source gives three equal channels. Pure, thread-safe. Errors: internal.
core::Result<core::Raster> make_raster(const PlanarPicture& source, core::Size target, core::Orientation orientation);

}  // namespace sightglass::imaging::pipeline
