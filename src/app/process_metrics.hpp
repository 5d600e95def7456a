// What /metrics says of the process itself.
#pragma once

#include "runtime/blocking_pool.hpp"
#include "telemetry/metrics.hpp"

namespace sightglass::app {

// Resident memory, CPU seconds, open files, start time, and the blocking pool's load. `pool` outlives the registry's
// last print.
void add_process_metrics(telemetry::Metrics& metrics, const runtime::BlockingPool& pool);

}  // namespace sightglass::app
