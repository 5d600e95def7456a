// Where what a reference photo shows is on another photo of the same thing.
#pragma once

#include "core/raster.hpp"
#include "core/result.hpp"
#include "vision/readings/meter_reader.hpp"

namespace sightglass::vision {

// As MeterReader::find_face says. Pure. Blocks: some 100 ms.
core::Result<FaceMove> find_move(const core::Raster& reference, const core::Raster& picture);

}  // namespace sightglass::vision
