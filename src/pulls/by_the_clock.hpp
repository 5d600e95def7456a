// The task that a schedule starts: every active source is asked for what is new.
#pragma once

#include <string>

#include "queue/worker.hpp"

namespace sightglass::pulls {

// Of image_pull.pull_all_sources: queues a run for each active source that has none and is not paused. The argument
// "max_files" (1 … 100,000) takes the place of what each source says. Servers do the runs.
queue::TaskHandler pull_all_sources();

}  // namespace sightglass::pulls
