#include <string>

#include "queue/settle.hpp"
#include "queue/task_queue.hpp"
#include "queue/task_rows.hpp"

namespace sightglass::queue {
namespace {

using database::Row;
using database::Session;
using enum Cancellation;

constexpr std::string_view waiting = "state IN ('available', 'scheduled', 'retryable')";

const std::string end_waiting =
    "UPDATE tasks SET state = 'cancelled', finished_at = $2, cancel_requested_at = NULL WHERE " + std::string(waiting);
// The first who asked is remembered.
const std::string ask_running =
    "UPDATE tasks SET cancel_requested_at = coalesce(cancel_requested_at, $2) WHERE state = 'running'";

core::Result<Cancellation> cancel_one(Session& session, core::TaskId id, core::Instant now) {
  SG_ASSIGN(const auto task,
            session.first(end_waiting + " AND id = $1 RETURNING " + std::string(task_columns), {id, now}, read_task));
  if (task) {
    SG_TRY(settle(session, *task, now));
    return cancelled;
  }
  SG_ASSIGN(const auto asked, session.execute(ask_running + " AND id = $1", {id, now}));
  return asked == 1 ? requested : too_late;
}

// All members first and then the batch's counters, as workers do that complete them: who took the counters in between
// would wait for a worker that waits for him.
core::Result<Cancellation> cancel_group(Session& session, core::TaskId group, core::Instant now) {
  SG_ASSIGN(const auto ended, session.all(end_waiting + " AND group_id = $1 RETURNING " + std::string(task_columns),
                                          {group, now}, read_task));
  SG_ASSIGN(const auto asked, session.execute(ask_running + " AND group_id = $1", {group, now}));
  for (const core::Task& task : ended) SG_TRY(settle(session, task, now));
  // No member's end will ever settle an empty batch.
  SG_ASSIGN(const GroupCounts counts, count_group(session, group));
  if (counts.total == 0) return cancel_one(session, group, now);
  if (asked > 0) return requested;
  return ended.empty() ? too_late : cancelled;
}

}  // namespace

core::Result<Cancellation> cancel(Session& session, core::TaskId id, core::Instant now) {
  SG_ASSIGN(const auto task, find(session, id));
  if (!task) return too_late;
  return task->kind == group_kind ? cancel_group(session, id, now) : cancel_one(session, id, now);
}

}  // namespace sightglass::queue
