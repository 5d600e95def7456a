#include "queue/task_failures.hpp"

namespace sightglass::queue {

core::Result<void> record_failure(database::Session& session, const core::Task& task, core::Instant now) {
  // An attempt that a restart of the server cut short is not counted, and its number is given out again.
  SG_TRY(
      session.execute("INSERT INTO task_failures (task_id, attempt, started_at, failed_at, worker, error, code) "
                      "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (task_id, attempt) DO UPDATE SET "
                      "started_at = excluded.started_at, failed_at = excluded.failed_at, worker = excluded.worker, "
                      "error = excluded.error, code = excluded.code",
                      {task.id, task.attempts, task.started_at, now, task.lease_owner, task.error, task.error_code}));
  return {};
}

core::Result<std::vector<TaskFailure>> failures_of(database::Session& session, core::TaskId id) {
  return session.all(
      "SELECT attempt, started_at, failed_at, worker, error, code FROM task_failures WHERE task_id = $1 ORDER BY "
      "attempt",
      {id}, [](const database::Row& row) {
        return TaskFailure{.attempt = static_cast<std::int32_t>(row.integer(0)),
                           .started_at = row.optional_instant(1),
                           .failed_at = row.instant(2),
                           .worker = row.string(3),
                           .error = row.string(4),
                           .code = row.string(5)};
      });
}

}  // namespace sightglass::queue
