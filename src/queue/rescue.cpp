#include "queue/rescue.hpp"

#include <string>

#include "database/dialect.hpp"
#include "queue/attempt.hpp"
#include "queue/task_rates.hpp"
#include "queue/task_rows.hpp"

namespace sightglass::queue {
namespace {

using database::Session;

const std::string columns(task_columns);

// The attempt was none: due at once.
core::Result<void> return_suspect(Session& session, const core::Task& task, core::Instant now) {
  SG_TRY(
      session.execute("UPDATE tasks SET state = 'retryable', attempts = attempts - 1, run_at = $2, is_suspect = 1, "
                      "lease_owner = '', lease_until = NULL, progress = 0 WHERE id = $1 AND state = 'running'",
                      {task.id, now}));
  return {};
}

core::Result<core::Task> end_killer(Session& session, core::Task task, core::Instant now) {
  task.kills += 1;
  task.is_suspect = true;
  const bool is_set_aside = task.kills >= most_kills;
  return end_attempt(session, std::move(task),
                     {.message = is_set_aside ? "The worker process died twice while it worked on this task."
                                              : "The worker process died while it worked on this task.",
                      .code = killed_code,
                      .retry = is_set_aside ? Retry::pointless : Retry::may_pass},
                     now);
}

core::Result<Tasks> discarded_of(Tasks ended) {
  std::erase_if(ended, [](const core::Task& task) { return task.state != core::TaskState::discarded; });
  return ended;
}

}  // namespace

core::Result<std::vector<std::pair<std::string, core::Instant>>> list_leases(Session& session) {
  return session.all(
      "SELECT lease_owner, lease_until FROM tasks WHERE state = 'running' AND lease_until IS NOT NULL "
      "GROUP BY lease_owner, lease_until",
      {}, [](const database::Row& row) { return std::pair(row.string(0), row.instant(1)); });
}

core::Result<Tasks> rescue_lease(Session& session, std::string_view owner, core::Instant until, core::Instant now) {
  SG_ASSIGN(auto lost, session.all("SELECT " + columns +
                                       " FROM tasks WHERE state = 'running' AND lease_owner = $1 AND lease_until = $2 "
                                       "ORDER BY id" +
                                       database::sole_lock(session.dialect()),
                                   {owner, until}, read_task));
  Tasks ended;
  for (core::Task& task : lost) {
    SG_ASSIGN(auto one,
              end_attempt(session, std::move(task),
                          {.message = "The worker stopped before the task was finished.", .code = "lost"}, now));
    SG_TRY(count_ended_attempt(session, one, now));
    ended.push_back(std::move(one));
  }
  return discarded_of(std::move(ended));
}

core::Result<Tasks> rescue_owner(Session& session, std::string_view owner, core::Instant now) {
  SG_ASSIGN(auto lost,
            session.all("SELECT " + columns + " FROM tasks WHERE state = 'running' AND lease_owner = $1 ORDER BY id" +
                            database::sole_lock(session.dialect()),
                        {owner}, read_task));
  Tasks ended;
  for (core::Task& task : lost) {
    if (lost.size() > 1 && !task.cancel_requested_at) {
      SG_TRY(return_suspect(session, task, now));
      continue;
    }
    SG_ASSIGN(auto one, end_killer(session, std::move(task), now));
    SG_TRY(count_ended_attempt(session, one, now));
    ended.push_back(std::move(one));
  }
  return discarded_of(std::move(ended));
}

core::Result<std::int64_t> release_running(Session& session, std::string_view prefix, core::Instant now) {
  return session.execute(
      "UPDATE tasks SET state = 'retryable', attempts = attempts - 1, run_at = $1, lease_owner = '', "
      "lease_until = NULL, progress = 0 WHERE state = 'running' AND lease_owner <> '' "
      "AND substr(lease_owner, 1, $2) = $3",
      {now, static_cast<std::int64_t>(prefix.size()), prefix});
}

}  // namespace sightglass::queue
