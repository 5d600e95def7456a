#include "queue/retry.hpp"

#include <string>

#include "database/photos.hpp"
#include "queue/group.hpp"
#include "queue/task_kinds.hpp"
#include "queue/task_queue.hpp"
#include "queue/task_rows.hpp"

namespace sightglass::queue {
namespace {

core::Result<void> refuse(std::string message) { return core::fail(core::ErrorCode::conflict, std::move(message)); }

core::Result<void> check_state(const core::Task& task) {
  using enum core::TaskState;
  if (task.kind == group_kind) return refuse("A batch does no work of its own. Try its failed tasks again.");
  switch (task.state) {
    case discarded:
    case cancelled:
    case retryable: return {};
    case available:
    case scheduled: return refuse("The task waits already and is tried in its turn.");
    case running: return refuse("The task is being worked on.");
    case completed: return refuse("The task is done. Have the photo analysed again instead.");
  }
  return refuse("The task cannot be tried again.");
}

// The photo must still wait for this task's outcome, or two tasks would write one result.
core::Result<void> reclaim_photo(database::Session& session, const core::Task& task) {
  if (!task.photo_id) return {};
  SG_ASSIGN(const auto photo, database::photos::find(session, *task.photo_id));
  if (!photo) return refuse("The photo of this task is gone.");
  if (photo->task_id && *photo->task_id != task.id) return refuse("A newer task has taken over the photo.");
  return database::photos::set_task(session, photo->id, task.id, core::ProcessingStatus::pending);
}

}  // namespace

core::Result<core::Task> try_again(database::Session& session, core::TaskId id, core::Instant now) {
  SG_ASSIGN(const auto task, find(session, id));
  if (!task) return core::fail(core::not_found("There is no such task."));
  SG_TRY(check_state(*task));
  SG_TRY(reclaim_photo(session, *task));
  // The last error stays readable until the next attempt ends; `attempts` goes on counting, so that every failure keeps
  // a number of its own.
  SG_ASSIGN(auto again,
            session.first("UPDATE tasks SET state = CASE state WHEN 'retryable' THEN 'retryable' ELSE 'available' END, "
                          "run_at = $2, finished_at = NULL, progress = 0, kills = 0, cancel_requested_at = NULL, "
                          "max_attempts = CASE WHEN max_attempts > attempts THEN max_attempts ELSE attempts + 1 END "
                          "WHERE id = $1 AND state IN ('discarded', 'cancelled', 'retryable') RETURNING " +
                              std::string(task_columns),
                          {id, now}, read_task));
  if (!again) return core::fail(core::ErrorCode::conflict, "The task has just changed. Look again.");
  if (task->group_id && core::is_final(task->state)) SG_TRY(reopen(session, *task->group_id, task->state));
  return std::move(*again);
}

}  // namespace sightglass::queue
