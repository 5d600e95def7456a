#include <algorithm>
#include <string>

#include "queue/queue_limits.hpp"
#include "queue/task_queue.hpp"
#include "queue/task_rows.hpp"

namespace sightglass::queue {
namespace {

using database::Session;

// The conditions of the partial index tasks_to_claim, word for word.
constexpr const char* waiting =
    " FROM tasks WHERE state IN ('available', 'scheduled', 'retryable') AND kind <> 'batch_process_images' AND "
    "queue = $1 AND run_at <= $2";

// Suspects are claimed alone, so that the next death of a worker names its cause.
std::string chosen(std::int32_t count, database::Dialect dialect) {
  const bool is_postgres = dialect == database::Dialect::postgres;
  const std::string key = is_postgres ? "id" : "rowid";  // SQLite reaches a row by that without another index
  const std::string due =
      "SELECT " + key + waiting + (count > 1 ? " AND is_suspect = 0" : "") + " ORDER BY priority DESC, id LIMIT $3";
  // SQLite has one writer; PostgreSQL passes over what other workers are claiming. As an array, the list is made once:
  // a join might ask for it again, and take more.
  return is_postgres ? "id = ANY (ARRAY(" + due + " FOR UPDATE SKIP LOCKED))" : "rowid IN (" + due + ")";
}

}  // namespace

core::Result<std::vector<core::Task>> claim(Session& session, core::TaskQueue queue, std::string_view owner,
                                            std::int32_t count, std::chrono::seconds lease, core::Instant now) {
  SG_ASSIGN(const std::int32_t room, room_in(session, queue, count));
  if (room == 0) return std::vector<core::Task>{};
  // The attempt counts from here, so that a task which kills its worker each time runs out of them.
  SG_ASSIGN(auto tasks, session.all("UPDATE tasks SET state = 'running', attempts = attempts + 1, lease_owner = $4, "
                                    "lease_until = $5, started_at = $2, progress = 0 WHERE " +
                                        chosen(count, session.dialect()) + " RETURNING " + std::string(task_columns),
                                    {core::name_of(queue), now, room, owner, now + lease}, read_task));
  // RETURNING promises no order.
  std::ranges::sort(tasks, [](const core::Task& a, const core::Task& b) {
    return a.priority != b.priority ? a.priority > b.priority : a.id < b.id;
  });
  return tasks;
}

core::Result<bool> is_any_due(Session& session, core::TaskQueue queue, core::Instant now) {
  SG_ASSIGN(const auto due, session.first("SELECT 1" + std::string(waiting) + " LIMIT 1", {core::name_of(queue), now},
                                          [](const database::Row&) { return true; }));
  return due.has_value();
}

}  // namespace sightglass::queue
