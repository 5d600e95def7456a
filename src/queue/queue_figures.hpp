// How the queues stand, for monitors: what waits and for how long, and everything that ever ended.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "core/result.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "database/database.hpp"
#include "queue/task_rates.hpp"

namespace sightglass::queue {

struct QueueFigures {
  core::TaskQueue queue{};
  bool is_paused = false;
  std::map<core::TaskState, std::int64_t> tasks{};  // without batches; states without any are left out
  std::optional<core::Instant> oldest_due{};        // of what waits and may be begun: when that was so first
  Rate total{};
};

// All four. Costs a walk over the index of what waits. Blocks.
core::Result<std::vector<QueueFigures>> queue_figures(database::Session& session, core::Instant now);

}  // namespace sightglass::queue
