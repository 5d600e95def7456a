// The columns of a task's row.
#pragma once

#include <string_view>

#include "core/task.hpp"
#include "database/value.hpp"
#include "queue/task_kinds.hpp"

namespace sightglass::queue {

inline constexpr std::string_view task_columns =
    "id, kind, queue, priority, state, arguments, photo_id, group_id, attempts, max_attempts, run_at, created_at, "
    "started_at, finished_at, lease_owner, lease_until, error, result, progress, request_id, unique_key, error_code, "
    "cancel_requested_at, kills, is_suspect";
core::Task read_task(const database::Row& row);

}  // namespace sightglass::queue
