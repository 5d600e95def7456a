// Lanczos-3 resampling of single planes in fixed point, with the widest vectors the processor has.
#pragma once

#include <cstdint>

#include "imaging/pipeline/planes.hpp"

namespace sightglass::imaging::pipeline {

// How one axis of the source maps onto the target. The target pixel i is centred on
// (i + 0.5 − offset) × source_shown / target_shown in the source's pixels.
struct AxisMap {
  double source_shown = 1;
  std::int32_t source_length = 1;
  double target_shown = 1;
  std::int32_t target_length = 1;
  double offset = 0;  // padding pixels in front of the target
};

// Pixels outside the source repeat its edge's weight share. Lengths are 1 … 65,535. Pure, thread-safe.
Plane resample(const Plane& source, const AxisMap& horizontal, const AxisMap& vertical);

}  // namespace sightglass::imaging::pipeline
