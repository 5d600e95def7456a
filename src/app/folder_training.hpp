// `sightglass train` and `sightglass evaluate`: learning on folders of pictures, in a process that has no store.
#pragma once

#include "app/worker_arguments.hpp"
#include "core/result.hpp"

namespace sightglass::app {

// Both print their figures as JSON on standard output and sentences for people on standard error. Arguments:
// --folders COUNT, --folder-0 …, and --model, the file that is written or read. Block for minutes.

// --false-reject-per-mille as well.
core::Result<void> train_on_folders(const WorkerArguments& arguments);
core::Result<void> evaluate_on_folders(const WorkerArguments& arguments);

}  // namespace sightglass::app
