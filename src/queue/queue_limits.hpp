// The four queues as people steer them: weights, limits, pauses.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "database/database.hpp"

namespace sightglass::queue {

inline constexpr std::int32_t most_weight = 100;
inline constexpr std::int32_t most_running = 10'000;

struct QueueState {
  core::TaskQueue queue{};
  std::int32_t weight = 1;       // of a worker's turns, against the other queues: 1 … most_weight
  std::int32_t max_running = 0;  // at once over all machines, 0 is without limit
  std::optional<core::Instant> paused_at{};
  std::string changed_by{};
};

// All four, in the order of core::TaskQueue. Blocks.
core::Result<std::vector<QueueState>> queue_states(database::Session& session);

// What a person may change; absent members stay as they are.
struct QueueChange {
  std::optional<bool> is_paused{};
  std::optional<std::int32_t> weight{};
  std::optional<std::int32_t> max_running{};
  bool is_empty() const { return !is_paused && !weight && !max_running; }
};
// invalid_input naming "weight" or "max_running" when it is out of range. Tasks that run are left alone; an
// empty change leaves everything as it is. Blocks.
core::Result<QueueState> change_queue(database::Session& session, core::TaskQueue queue, const QueueChange& change,
                                      std::string_view changed_by, core::Instant now);

// Those that are not paused. Blocks.
core::Result<std::vector<core::TaskQueue>> open_queues(database::Session& session);

// To be called before claims of several queues in one transaction: on PostgreSQL takes the rows of those with a limit,
// always in the same order, so that two workers never wait for each other. Blocks.
core::Result<void> hold_limited(database::Session& session, std::span<const core::TaskQueue> queues);

// How many of `wanted` tasks may be claimed from the queue now: 0 when it is paused or at its limit. On PostgreSQL
// claims of a limited queue wait for one another here, so that the limit holds over all machines. Blocks.
core::Result<std::int32_t> room_in(database::Session& session, core::TaskQueue queue, std::int32_t wanted);

}  // namespace sightglass::queue
