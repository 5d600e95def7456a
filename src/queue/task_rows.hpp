// The columns of a task's row.
#pragma once

#include <string_view>

#include "core/task.hpp"
#include "database/value.hpp"

namespace sightglass::queue {

inline constexpr std::string_view task_columns =
    "id, kind, queue, priority, state, arguments, photo_id, group_id, attempts, max_attempts, run_at, created_at, "
    "started_at, finished_at, lease_owner, lease_until, error, result, progress, request_id";
core::Task read_task(const database::Row& row);

// The row that stands for a batch; members do its work, no worker ever claims it.
inline constexpr std::string_view group_kind = "batch_process_images";

}  // namespace sightglass::queue
