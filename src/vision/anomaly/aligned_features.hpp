// The features that an anomaly model judges by: of the picture, or where the model aligns of the picture as if its part
// lay where the reference has it.
#pragma once

#include <optional>
#include <vector>

#include "core/box.hpp"
#include "core/raster.hpp"
#include "core/result.hpp"
#include "vision/anomaly/heat_map.hpp"
#include "vision/anomaly/part_alignment.hpp"
#include "vision/anomaly/patch_features.hpp"
#include "vision/embedding/embedder.hpp"

namespace sightglass::vision {

struct AlignedFeatures {
  PatchFeatures features{};         // cells that the picture does not show are not valid
  std::optional<PartMove> moved{};  // nothing: they are of the picture as it is
};

// `reference` null: nothing is aligned. `is_stretched`: AnomalyRecipe's. Blocks. Errors: those of the embedder and of
// patch_features().
core::Result<AlignedFeatures> aligned_features(const core::Raster& picture, const PartReference* reference,
                                               bool is_stretched, Embedder& embedder);

// What was found on a picture that was moved back, on the picture of `size` as it was given.
HeatMap on_picture(const HeatMap& map, const PartMove& move, core::Size size);
core::Box on_picture(const core::Box& box, const PartMove& move, core::Size size);

}  // namespace sightglass::vision
