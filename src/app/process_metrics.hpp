// What /metrics says of the process itself.
#pragma once

#include <cstddef>
#include <string_view>

#include "runtime/blocking_pool.hpp"
#include "telemetry/metrics.hpp"

namespace sightglass::app {

// Resident memory, CPU seconds, open files, start time.
void add_process_metrics(telemetry::Metrics& metrics);

// What a pool was made with.
struct PoolSize {
  std::size_t threads = 0;
  std::size_t queued = 0;
};

// A pool's load and its limits, labelled with `name`. `pool` outlives the registry's last print.
void add_pool_metrics(telemetry::Metrics& metrics, std::string_view name, const runtime::BlockingPool& pool,
                      PoolSize size);

}  // namespace sightglass::app
