#include <algorithm>
#include <map>
#include <string>

#include "database/dialect.hpp"
#include "queue/attempt.hpp"
#include "queue/group.hpp"
#include "queue/settle.hpp"
#include "queue/task_queue.hpp"
#include "queue/task_rates.hpp"
#include "queue/task_rows.hpp"

namespace sightglass::queue {
namespace {

using database::Row;
using database::Session;

const std::string columns(task_columns);
constexpr std::size_t at_once = 64;  // rows of one statement; its text is prepared for each number of rows up to this

const std::string give_back_held =
    "UPDATE tasks SET state = CASE WHEN attempts > 1 THEN 'retryable' ELSE 'available' END, attempts = attempts - 1, "
    "run_at = $2, lease_owner = '', lease_until = NULL, progress = 0 WHERE lease_owner = $1 AND state = 'running'";

core::Result<std::optional<core::Task>> find_held(Session& session, core::TaskId id, std::string_view owner) {
  return session.first("SELECT " + columns + " FROM tasks WHERE id = $1 AND lease_owner = $2 AND state = 'running'" +
                           database::sole_lock(session.dialect()),
                       {id, owner}, read_task);
}

std::string complete_statement(std::size_t rows) {
  std::string values;
  for (std::size_t row = 0; row < rows; ++row) {
    const std::size_t first = 3 + row * 2;
    values += (row > 0 ? ", ($" : "($") + std::to_string(first) + ", $" + std::to_string(first + 1) + ")";
  }
  return "WITH done (id, result) AS (VALUES " + values +
         ") UPDATE tasks SET state = 'completed', finished_at = $2, result = done.result, error = '', error_code = '', "
         "progress = 100, cancel_requested_at = NULL, is_suspect = 0, ended_by = lease_owner, lease_owner = '', "
         "lease_until = NULL FROM done WHERE tasks.id = done.id AND tasks.lease_owner = $1 AND tasks.state = 'running' "
         "RETURNING tasks.group_id";
}

core::Result<std::int64_t> complete_some(Session& session, std::string_view owner, std::span<const Done> done,
                                         core::Instant now) {
  Session::Parameters parameters{owner, now};
  for (const Done& one : done) {
    parameters.emplace_back(one.id);
    parameters.emplace_back(one.result);
  }
  std::int64_t kept = 0;
  std::map<core::TaskId, std::int64_t> groups;
  SG_TRY(session.run(complete_statement(done.size()), parameters, [&](const Row& row) -> core::Result<void> {
    ++kept;
    if (const auto group = row.optional_id<core::TaskId>(0)) ++groups[*group];
    return {};
  }));
  for (const auto& [group, members] : groups)
    SG_TRY(count_ended(session, group, core::TaskState::completed, members, now));
  return kept;
}

}  // namespace

core::Result<std::int64_t> complete_all(Session& session, std::string_view owner, std::span<const Done> done,
                                        core::Instant now) {
  std::int64_t kept = 0;
  for (std::size_t from = 0; from < done.size(); from += at_once) {
    SG_ASSIGN(const auto some,
              complete_some(session, owner, done.subspan(from, std::min(at_once, done.size() - from)), now));
    kept += some;
  }
  return kept;
}

core::Result<bool> complete(Session& session, core::TaskId id, std::string_view owner, std::string_view result,
                            core::Instant now) {
  const Done done{.id = id, .result = std::string(result)};
  SG_ASSIGN(const auto kept, complete_all(session, owner, {&done, 1}, now));
  return kept == 1;
}

core::Result<std::optional<core::Task>> fail_held(Session& session, core::TaskId id, std::string_view owner,
                                                  const Failure& failure, core::Instant now) {
  SG_ASSIGN(auto task, find_held(session, id, owner));
  if (!task) return std::optional<core::Task>{};
  SG_ASSIGN(auto ended, end_attempt(session, std::move(*task), failure, now));
  return std::optional(std::move(ended));
}

core::Result<bool> fail(Session& session, core::TaskId id, std::string_view owner, const Failure& failure,
                        core::Instant now) {
  SG_ASSIGN(const auto ended, fail_held(session, id, owner, failure, now));
  if (!ended) return false;
  SG_TRY(count_ended_attempt(session, *ended, now));
  return true;
}

core::Result<bool> stop_cancelled(Session& session, core::TaskId id, std::string_view owner, core::Instant now) {
  SG_ASSIGN(const auto task,
            session.first("UPDATE tasks SET state = 'cancelled', finished_at = $3, cancel_requested_at = NULL, "
                          "ended_by = lease_owner, lease_owner = '', lease_until = NULL WHERE id = $1 AND "
                          "lease_owner = $2 AND "
                          "state = 'running' AND cancel_requested_at IS NOT NULL RETURNING " +
                              columns,
                          {id, owner, now}, read_task));
  if (!task) return false;
  SG_TRY(settle(session, *task, now));
  return true;
}

core::Result<bool> give_back(Session& session, core::TaskId id, std::string_view owner, core::Instant now) {
  SG_ASSIGN(const auto changed, session.execute(give_back_held + " AND id = $3", {owner, now, id}));
  return changed == 1;
}

core::Result<std::int64_t> give_back_all(Session& session, std::string_view owner, core::Instant now) {
  return session.execute(give_back_held, {owner, now});
}

core::Result<bool> renew(Session& session, core::TaskId id, std::string_view owner, std::chrono::seconds lease,
                         std::int32_t progress, core::Instant now) {
  SG_ASSIGN(const auto changed, session.execute("UPDATE tasks SET lease_until = $3, progress = $4 "
                                                "WHERE id = $1 AND lease_owner = $2 AND state = 'running'",
                                                {id, owner, now + lease, std::clamp(progress, 0, 100)}));
  return changed == 1;
}

core::Result<std::vector<Held>> list_held(Session& session, std::string_view owner) {
  return session.all(
      "SELECT id, cancel_requested_at FROM tasks WHERE state = 'running' AND lease_owner = $1", {owner},
      [](const Row& row) { return Held{.id = row.id<core::TaskId>(0), .is_cancel_requested = !row.is_null(1)}; });
}

core::Result<void> renew_all(Session& session, std::string_view owner, std::chrono::seconds lease, core::Instant now) {
  SG_TRY(session.execute("UPDATE tasks SET lease_until = $2 WHERE state = 'running' AND lease_owner = $1",
                         {owner, now + lease}));
  return {};
}

}  // namespace sightglass::queue
