// A small network that a runtime must compute as another does before it is trusted.
#pragma once

#include <string>

#include "core/result.hpp"
#include "vision/network.hpp"

namespace sightglass::vision {

// What the default models are made of: convolutions (plain, strided, by channel), clipping, pooling, adding, joining,
// enlarging, sigmoid. An input of 1×3×32×32 gives "result", 1×12×16×16. The same bytes every time.
std::string trial_network();
NetworkPlan trial_plan();

// Blocks. Errors: unavailable when `candidate` cannot run the trial or a number is further than 1e-4 from the
// reference's; those of `reference` when it cannot.
core::Result<void> agree_on_trial(NetworkRuntime& candidate, NetworkRuntime& reference);

}  // namespace sightglass::vision
