#include "queue/task_queue.hpp"

#include <algorithm>
#include <string>

#include "queue/settle.hpp"
#include "queue/task_failures.hpp"
#include "queue/task_rows.hpp"

namespace sightglass::queue {
namespace {

using database::Row;
using database::Session;

const std::string columns(task_columns);
constexpr std::string_view waiting = "state IN ('available', 'scheduled', 'retryable')";

// 0 … 1 from the id's random bits and the attempt: spreads retries, needs no source of randomness, and is the
// same when the transaction is run again.
double jitter_of(const core::Task& task) {
  const auto& bytes = task.id.value.bytes;
  // 40,503 is 2^16 by the golden ratio, so that attempts of one task land far apart (Knuth, volume 3, 6.4).
  const int mixed = bytes[14] * 256 + bytes[15] + task.attempts * 40'503;
  return static_cast<double>(mixed % 65'536) / 65'535.0;
}

core::Result<void> check_group(Session& session, const NewTask& task) {
  if (!task.group_id) return {};
  SG_ASSIGN(const auto group, find(session, *task.group_id));
  if (!group) return core::fail(core::not_found("There is no such batch."));
  if (core::is_final(group->state)) return core::fail(core::ErrorCode::conflict, "The batch has ended already.");
  return {};
}

// Ends one attempt of `task`, which the caller found running: later again, or discarded and settled.
core::Result<core::Task> end_attempt(Session& session, core::Task task, std::string_view error, Retry retry,
                                     core::Instant now) {
  const bool again = retry == Retry::may_pass && task.attempts < task.max_attempts;
  task.state = again ? core::TaskState::retryable : core::TaskState::discarded;
  task.error = error;
  SG_TRY(record_failure(session, task, now));
  if (again)
    task.run_at = now + backoff_after(task.attempts, jitter_of(task));
  else
    task.finished_at = now;
  SG_TRY(
      session.execute("UPDATE tasks SET state = $2, error = $3, run_at = $4, finished_at = $5, lease_owner = '', "
                      "lease_until = NULL WHERE id = $1 AND state = 'running'",
                      {task.id, core::name_of(task.state), task.error, task.run_at, task.finished_at}));
  if (!again) SG_TRY(settle(session, task, now));
  return task;
}

core::Result<std::vector<core::Task>> rescue(Session& session, const std::vector<core::Task>& lost, core::Instant now) {
  std::vector<core::Task> discarded;
  for (const core::Task& task : lost) {
    SG_ASSIGN(core::Task ended,
              end_attempt(session, task, "The worker stopped before the task was finished.", Retry::may_pass, now));
    if (ended.state == core::TaskState::discarded) discarded.push_back(std::move(ended));
  }
  return discarded;
}

core::Result<std::optional<core::Task>> find_held(Session& session, core::TaskId id, std::string_view owner) {
  return session.first("SELECT " + columns + " FROM tasks WHERE id = $1 AND lease_owner = $2 AND state = 'running'",
                       {id, owner}, read_task);
}

// One waiting task; false when it was not waiting any more.
core::Result<bool> cancel_one(Session& session, core::TaskId id, core::Instant now) {
  SG_ASSIGN(const auto task, session.first("UPDATE tasks SET state = 'cancelled', finished_at = $2 WHERE id = $1 AND " +
                                               std::string(waiting) + " RETURNING " + columns,
                                           {id, now}, read_task));
  if (!task) return false;
  SG_TRY(settle(session, *task, now));
  return true;
}

core::Result<bool> cancel_group(Session& session, core::TaskId group, core::Instant now) {
  SG_ASSIGN(const auto members, session.all("SELECT id FROM tasks WHERE group_id = $1 AND " + std::string(waiting),
                                            {group}, [](const Row& row) { return row.id<core::TaskId>(0); }));
  for (const core::TaskId member : members) SG_TRY(cancel_one(session, member, now));
  SG_ASSIGN(const GroupCounts counts, count_group(session, group));
  // No member's end will ever settle an empty batch.
  if (counts.total == 0) return cancel_one(session, group, now);
  return !members.empty();
}

}  // namespace

core::Result<core::TaskId> enqueue(Session& session, const NewTask& task, core::Instant now) {
  SG_TRY(check_group(session, task));
  const auto id = core::TaskId::make(now);
  SG_TRY(session.execute(
      "INSERT INTO tasks (id, kind, queue, priority, state, arguments, photo_id, group_id, attempts, max_attempts, "
      "run_at, created_at, lease_owner, error, result, progress, request_id) "
      "VALUES ($1, $2, $3, $4, 'available', $5, $6, $7, 0, $8, $9, $9, '', '', 'null', 0, $10)",
      {id, task.kind, core::name_of(task.queue), std::clamp(task.priority, -100, 100), task.arguments, task.photo_id,
       task.group_id, std::max(task.max_attempts, 1), now, task.request_id}));
  return id;
}

core::Result<std::optional<core::Task>> find(Session& session, core::TaskId id) {
  return session.first("SELECT " + columns + " FROM tasks WHERE id = $1", {id}, read_task);
}

core::Result<std::vector<core::Task>> list_of_photo(Session& session, core::PhotoId photo, std::int32_t limit) {
  return session.all("SELECT " + columns + " FROM tasks WHERE photo_id = $1 ORDER BY id DESC LIMIT $2",
                     {photo, std::max(limit, 1)}, read_task);
}

core::Result<std::vector<core::Task>> claim(Session& session, core::TaskQueue queue, std::string_view owner,
                                            std::int32_t count, std::chrono::seconds lease, core::Instant now) {
  // The conditions of the partial index tasks_to_claim, word for word.
  const std::string due =
      "SELECT id FROM tasks WHERE state IN ('available', 'scheduled', 'retryable') AND kind <> "
      "'batch_process_images' AND queue = $1 AND run_at <= $2 ORDER BY priority DESC, id LIMIT $3";
  // SQLite has one writer; PostgreSQL passes over what other workers are claiming. As an array, the list is made once:
  // a join might ask for it again, and take more.
  const std::string chosen = session.dialect() == database::Dialect::postgres
                                 ? "id = ANY (ARRAY(" + due + " FOR UPDATE SKIP LOCKED))"
                                 : "id IN (" + due + ")";
  // The attempt counts from here, so that a task which kills its worker each time runs out of them.
  SG_ASSIGN(auto tasks, session.all("UPDATE tasks SET state = 'running', attempts = attempts + 1, lease_owner = $4, "
                                    "lease_until = $5, started_at = $2, progress = 0 WHERE " +
                                        chosen + " RETURNING " + columns,
                                    {core::name_of(queue), now, count, owner, now + lease}, read_task));
  // RETURNING promises no order.
  std::ranges::sort(tasks, [](const core::Task& a, const core::Task& b) {
    return a.priority != b.priority ? a.priority > b.priority : a.id < b.id;
  });
  return tasks;
}

core::Result<bool> renew(Session& session, core::TaskId id, std::string_view owner, std::chrono::seconds lease,
                         std::int32_t progress, core::Instant now) {
  SG_ASSIGN(const auto changed, session.execute("UPDATE tasks SET lease_until = $3, progress = $4 "
                                                "WHERE id = $1 AND lease_owner = $2 AND state = 'running'",
                                                {id, owner, now + lease, std::clamp(progress, 0, 100)}));
  return changed == 1;
}

core::Result<bool> complete(Session& session, core::TaskId id, std::string_view owner, std::string_view result,
                            core::Instant now) {
  SG_ASSIGN(const auto task,
            session.first("UPDATE tasks SET state = 'completed', finished_at = $3, result = $4, error = '', "
                          "progress = 100, lease_owner = '', lease_until = NULL "
                          "WHERE id = $1 AND lease_owner = $2 AND state = 'running' RETURNING " +
                              columns,
                          {id, owner, now, result}, read_task));
  if (!task) return false;
  SG_TRY(settle(session, *task, now));
  return true;
}

core::Result<bool> fail(Session& session, core::TaskId id, std::string_view owner, std::string_view error, Retry retry,
                        core::Instant now) {
  SG_ASSIGN(auto task, find_held(session, id, owner));
  if (!task) return false;
  SG_TRY(end_attempt(session, std::move(*task), error, retry, now));
  return true;
}

core::Result<bool> cancel(Session& session, core::TaskId id, core::Instant now) {
  SG_ASSIGN(const auto task, find(session, id));
  if (!task) return false;
  return task->kind == group_kind ? cancel_group(session, id, now) : cancel_one(session, id, now);
}

core::Result<std::vector<core::Task>> rescue_expired(Session& session, core::Instant now) {
  SG_ASSIGN(const auto lost,
            session.all("SELECT " + columns + " FROM tasks WHERE state = 'running' AND lease_until < $1 ORDER BY id",
                        {now}, read_task));
  return rescue(session, lost, now);
}

core::Result<std::vector<core::Task>> rescue_owner(Session& session, std::string_view owner, core::Instant now) {
  SG_ASSIGN(const auto lost,
            session.all("SELECT " + columns + " FROM tasks WHERE state = 'running' AND lease_owner = $1 ORDER BY id",
                        {owner}, read_task));
  return rescue(session, lost, now);
}

core::Result<std::int64_t> release_running(Session& session, core::Instant now) {
  return session.execute(
      "UPDATE tasks SET state = 'retryable', attempts = attempts - 1, run_at = $1, lease_owner = '', "
      "lease_until = NULL, progress = 0 WHERE state = 'running' AND lease_owner <> ''",
      {now});
}

core::Result<std::int64_t> prune_finished(Session& session, core::Instant before) {
  return session.execute("DELETE FROM tasks WHERE finished_at IS NOT NULL AND finished_at < $1", {before});
}

core::Result<std::vector<QueueCount>> count_by_state(Session& session) {
  return session.all(
      "SELECT queue, state, count(*) FROM tasks "
      "WHERE state IN ('available', 'scheduled', 'retryable', 'running') GROUP BY queue, state "
      "ORDER BY queue, state",
      {}, [](const Row& row) {
        return QueueCount{core::task_queue_from_name(row.text(0)).value_or(core::TaskQueue::normal),
                          core::task_state_from_name(row.text(1)).value_or(core::TaskState::available), row.integer(2)};
      });
}

}  // namespace sightglass::queue
