// The embedder out of a backbone's description and its network.
#pragma once

#include <memory>

#include "core/result.hpp"
#include "vision/detection/detector.hpp"
#include "vision/embedding/embedder.hpp"
#include "vision/model_file.hpp"
#include "vision/network.hpp"

namespace sightglass::vision {

// `network` was loaded with network_plan_of(description), whose first two taps are the fine and the coarse map. Passes
// carry what the backbone itself detects when its layout is a detector's; a caller that prefers another detector
// replaces that. Errors: invalid_input for a description with fewer than two taps, or whose pictures are not laid in as
// letterboxes.
core::Result<std::unique_ptr<Embedder>> make_embedder(ModelDescription description, std::unique_ptr<Network> network);

}  // namespace sightglass::vision
