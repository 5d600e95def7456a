// How a worker's engine is opened, from what the server started the worker with.
#pragma once

#include "app/worker_arguments.hpp"
#include "vision/engine/engine.hpp"

namespace sightglass::app {

vision::EnginePlan engine_plan(const WorkerArguments& arguments);

}  // namespace sightglass::app
