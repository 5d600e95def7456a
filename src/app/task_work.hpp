// The process that works on tasks: opens the store, confines itself, and runs what it claims until it is told to stop.
#pragma once

#include "app/worker_arguments.hpp"
#include "core/result.hpp"
#include "imaging/limits.hpp"

namespace sightglass::app {

imaging::Limits picture_limits(const WorkerArguments& arguments);
// Returns when the server says so, or when it should be replaced. Blocks.
core::Result<void> work_on_tasks(const WorkerArguments& arguments);

}  // namespace sightglass::app
