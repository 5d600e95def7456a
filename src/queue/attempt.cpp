#include "queue/attempt.hpp"

#include "queue/settle.hpp"
#include "queue/task_failures.hpp"

namespace sightglass::queue {
namespace {

// 0 … 1 from the id's random bits and the attempt: spreads retries, needs no source of randomness, and is the
// same when the transaction is run again.
double jitter_of(const core::Task& task) {
  const auto& bytes = task.id.value.bytes;
  // 40,503 is 2^16 by the golden ratio, so that attempts of one task land far apart (Knuth, volume 3, 6.4).
  const int mixed = bytes[14] * 256 + bytes[15] + task.attempts * 40'503;
  return static_cast<double>(mixed % 65'536) / 65'535.0;
}

core::TaskState state_after(const core::Task& task, Retry retry) {
  if (task.cancel_requested_at) return core::TaskState::cancelled;
  const bool again = retry == Retry::may_pass && task.attempts < task.max_attempts;
  return again ? core::TaskState::retryable : core::TaskState::discarded;
}

}  // namespace

core::Result<core::Task> end_attempt(database::Session& session, core::Task task, const Failure& failure,
                                     core::Instant now) {
  task.state = state_after(task, failure.retry);
  const bool again = task.state == core::TaskState::retryable;
  task.error = failure.message;
  task.error_code = failure.code;
  SG_TRY(record_failure(session, task, now));
  if (again)
    task.run_at = now + backoff_after(task.attempts, jitter_of(task));
  else
    task.finished_at = now;
  SG_TRY(
      session.execute("UPDATE tasks SET state = $2, error = $3, error_code = $4, run_at = $5, finished_at = $6, "
                      "kills = $7, is_suspect = $8, cancel_requested_at = NULL, lease_owner = '', lease_until = NULL "
                      "WHERE id = $1 AND state = 'running'",
                      {task.id, core::name_of(task.state), task.error, task.error_code, task.run_at, task.finished_at,
                       task.kills, task.is_suspect}));
  if (!again) SG_TRY(settle(session, task, now));
  return task;
}

}  // namespace sightglass::queue
