// Which of the good pictures the others are aligned to.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "vision/anomaly/part_alignment.hpp"
#include "vision/anomaly/train_anomaly.hpp"

namespace sightglass::vision {

// Asks for each picture once, in order; `note` is told the share that is done, and ends it by an error. How many of
// them do not show the part is in `remarks`. Blocks. invalid_input for pictures of which not half can be aligned.
core::Result<PartReference> common_reference(const GoodPictures& pictures, std::size_t count,
                                             std::vector<std::string>& remarks,
                                             const std::function<core::Result<void>(double)>& note);

}  // namespace sightglass::vision
