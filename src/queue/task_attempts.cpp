#include "queue/task_attempts.hpp"

#include <algorithm>

#include "queue/task_failures.hpp"
#include "queue/task_log.hpp"

namespace sightglass::queue {
namespace {

using database::Session;
using Attempts = std::vector<TaskAttempt>;

TaskAttempt from_failure(TaskFailure failure) {
  return {.number = failure.attempt,
          .end = AttemptEnd::failed,
          .started_at = failure.started_at,
          .ended_at = failure.failed_at,
          .worker = std::move(failure.worker),
          .error = std::move(failure.error),
          .error_code = std::move(failure.code)};
}

// The attempt that the task's own row tells of: it runs, or has ended otherwise than by a failure.
std::optional<TaskAttempt> from_row(const core::Task& task, std::string ended_by) {
  using enum core::TaskState;
  TaskAttempt attempt{.number = task.attempts, .started_at = task.started_at, .ended_at = task.finished_at};
  if (task.attempts == 0 || !task.started_at) return std::nullopt;
  if (task.state == running) {
    attempt.end = AttemptEnd::running;
    attempt.worker = task.lease_owner;
    return attempt;
  }
  attempt.worker = std::move(ended_by);
  attempt.end = task.state == completed ? AttemptEnd::completed : AttemptEnd::cancelled;
  // One that was cancelled while it waited had ended before.
  const bool is_told = task.state == completed || (task.state == cancelled && !attempt.worker.empty());
  return is_told ? std::optional(attempt) : std::nullopt;
}

core::Result<std::string> ended_by(Session& session, core::TaskId id) {
  SG_ASSIGN(auto name, session.first("SELECT ended_by FROM tasks WHERE id = $1", {id},
                                     [](const database::Row& row) { return row.string(0); }));
  return std::move(name).value_or("");
}

TaskAttempt& numbered(Attempts& attempts, std::int32_t number) {
  const auto found = std::ranges::find(attempts, number, &TaskAttempt::number);
  if (found != attempts.end()) return *found;
  // It spoke, and neither failed nor is it the last: it was cancelled, and the task tried again later.
  return attempts.emplace_back(TaskAttempt{.number = number, .end = AttemptEnd::cancelled});
}

}  // namespace

std::string_view name_of(AttemptEnd end) {
  switch (end) {
    case AttemptEnd::running: return "running";
    case AttemptEnd::completed: return "completed";
    case AttemptEnd::failed: return "failed";
    case AttemptEnd::cancelled: return "cancelled";
  }
  return "failed";
}

core::Result<Attempts> attempts_of(Session& session, const core::Task& task) {
  SG_ASSIGN(auto failures, failures_of(session, task.id));
  SG_ASSIGN(auto worker, ended_by(session, task.id));
  SG_ASSIGN(auto logs, logs_of(session, task.id));
  Attempts attempts;
  for (auto& failure : failures) attempts.push_back(from_failure(std::move(failure)));
  if (auto last = from_row(task, std::move(worker));
      last && std::ranges::find(attempts, last->number, &TaskAttempt::number) == attempts.end())
    attempts.push_back(std::move(*last));
  for (auto& log : logs) {
    TaskAttempt& attempt = numbered(attempts, log.attempt);
    attempt.log = std::move(log.lines);
    attempt.log_dropped = log.dropped;
  }
  std::ranges::sort(attempts, {}, &TaskAttempt::number);
  return attempts;
}

}  // namespace sightglass::queue
