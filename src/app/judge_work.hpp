// The process that judges frames of inspection stations: opens the store, confines itself, and answers the server.
#pragma once

#include "app/worker_arguments.hpp"
#include "core/result.hpp"

namespace sightglass::app {

// Returns when the server hangs up. Blocks. Errors: those of the store, the engine and the sandbox.
core::Result<void> judge_frames(const WorkerArguments& arguments);

}  // namespace sightglass::app
