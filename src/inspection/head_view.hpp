// What a few-shot head is shown of a photo, the whole or a place on it: the same when it learns as when it judges.
#pragma once

#include <optional>
#include <vector>

#include "core/box.hpp"
#include "core/geometry.hpp"
#include "core/result.hpp"
#include "inspection/picture.hpp"
#include "vision/heads/few_shot_head.hpp"
#include "vision/instruments.hpp"

namespace sightglass::inspection {

// The part of a raster that is shown of a box on it: with a tenth of the box's sides around it, for what a thing is
// shows at its edges too, and at least 48 pixels a side where the raster has them, for a network sees nothing in fewer.
core::Box shown_part(const core::Box& on_raster, core::Size raster);

// The values that head.judge() takes and train_head() learns of. `box`, in pixels of the upright original, is the place
// of a finding; absent: the whole photo, whose pass is shared. Blocks for a pass of the backbone. Errors: those of
// Picture and head_input(); invalid_input for a box that lies beside the photo.
core::Result<std::vector<float>> head_values(Picture& picture, vision::Instruments& instruments, vision::HeadInput kind,
                                             const std::optional<core::Box>& box);

}  // namespace sightglass::inspection
