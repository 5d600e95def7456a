#include "queue/attempt.hpp"

#include <algorithm>
#include <cmath>

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

constexpr std::chrono::hours patience_with_surroundings{24};

bool is_no_attempt(const core::Task& task, Retry retry, core::Instant now) {
  return retry == Retry::surroundings && now - task.created_at < patience_with_surroundings;
}

core::TaskState state_after(const core::Task& task, Retry retry, bool is_counted) {
  if (task.cancel_requested_at) return core::TaskState::cancelled;
  const bool again = retry != Retry::pointless && (!is_counted || task.attempts < task.max_attempts);
  return again ? core::TaskState::retryable : core::TaskState::discarded;
}

// Grows with how long the task has waited, so that it is tried soon after a short outage, and some dozen times in a
// long one.
std::chrono::microseconds pause_of_outage(const core::Task& task, core::Instant now) {
  const auto pause = std::clamp<std::chrono::microseconds>((now - task.created_at) / 4, std::chrono::seconds(5),
                                                           std::chrono::minutes(10));
  return std::chrono::microseconds(std::llround(static_cast<double>(pause.count()) * (0.8 + 0.4 * jitter_of(task))));
}

}  // namespace

core::Result<core::Task> end_attempt(database::Session& session, core::Task task, const Failure& failure,
                                     core::Instant now) {
  const bool is_counted = !is_no_attempt(task, failure.retry, now);
  task.state = state_after(task, failure.retry, is_counted);
  const bool again = task.state == core::TaskState::retryable;
  task.error = failure.message;
  task.error_code = failure.code;
  SG_TRY(record_failure(session, task, now));
  if (again && !is_counted)
    task.run_at = now + pause_of_outage(task, now);
  else if (again)
    task.run_at = now + backoff_after(task.attempts, jitter_of(task));
  else
    task.finished_at = now;
  if (again && !is_counted) task.attempts -= 1;
  SG_TRY(session.execute(
      "UPDATE tasks SET state = $2, error = $3, error_code = $4, run_at = $5, finished_at = $6, "
      "kills = $7, is_suspect = $8, attempts = $9, cancel_requested_at = NULL, lease_owner = '', lease_until = NULL "
      "WHERE id = $1 AND state = 'running'",
      {task.id, core::name_of(task.state), task.error, task.error_code, task.run_at, task.finished_at, task.kills,
       task.is_suspect, task.attempts}));
  if (!again) SG_TRY(settle(session, task, now));
  return task;
}

}  // namespace sightglass::queue
