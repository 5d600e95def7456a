// Batches: how many members there are, and how they ended.
#pragma once

#include <cstdint>

#include "core/result.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "database/database.hpp"
#include "queue/task_queue.hpp"

namespace sightglass::queue {

// In the transaction that enqueues the batch's own row.
core::Result<void> open_group(database::Session& session, core::TaskId group);
// One member more. not_found for a batch of nobody, conflict when it has ended.
core::Result<void> join_group(database::Session& session, core::TaskId group);
// What is enqueued when the batch ends, whichever way: once, also when members are tried again later. Its arguments get
// the batch's id as "batch_id".
core::Result<void> set_completion(database::Session& session, core::TaskId group, const NewTask& task);

// `members` of the group just ended as `state`. Ends the batch with its last one.
core::Result<void> count_ended(database::Session& session, core::TaskId group, core::TaskState state,
                               std::int64_t members, core::Instant now);
// A member that had ended as `state` waits again, and so does its batch.
core::Result<void> reopen(database::Session& session, core::TaskId group, core::TaskState state);

}  // namespace sightglass::queue
