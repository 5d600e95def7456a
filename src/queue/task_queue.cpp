#include "queue/task_queue.hpp"

#include <algorithm>
#include <string>

#include "queue/task_rows.hpp"

namespace sightglass::queue {
namespace {

using database::Row;
using database::Session;

const std::string columns(task_columns);

}  // namespace

core::Result<std::optional<core::Task>> find(Session& session, core::TaskId id) {
  return session.first("SELECT " + columns + " FROM tasks WHERE id = $1", {id}, read_task);
}

core::Result<std::vector<core::Task>> list_of_photo(Session& session, core::PhotoId photo, std::int32_t limit) {
  return session.all("SELECT " + columns + " FROM tasks WHERE photo_id = $1 ORDER BY id DESC LIMIT $2",
                     {photo, std::max(limit, 1)}, read_task);
}

core::Result<bool> forget(Session& session, core::TaskId id) {
  SG_ASSIGN(const auto removed, session.execute("DELETE FROM tasks WHERE id = $1 AND finished_at IS NOT NULL", {id}));
  if (removed == 0) return false;
  SG_TRY(session.execute("DELETE FROM tasks WHERE group_id = $1", {id}));
  return true;
}

core::Result<std::int64_t> prune_finished(Session& session, core::Instant before, std::int32_t most) {
  return session.execute(
      "DELETE FROM tasks WHERE id IN (SELECT id FROM tasks WHERE finished_at IS NOT NULL AND finished_at < $1 "
      "ORDER BY finished_at LIMIT $2)",
      {before, most});
}

core::Result<std::vector<QueueCount>> count_by_state(Session& session) {
  return session.all(
      "SELECT queue, state, CAST(sum(tasks) AS BIGINT) FROM task_totals "
      "WHERE state IN ('available', 'scheduled', 'retryable', 'running') GROUP BY queue, state "
      "HAVING sum(tasks) > 0 ORDER BY queue, state",
      {}, [](const Row& row) {
        return QueueCount{core::task_queue_from_name(row.text(0)).value_or(core::TaskQueue::normal),
                          core::task_state_from_name(row.text(1)).value_or(core::TaskState::available), row.integer(2)};
      });
}

}  // namespace sightglass::queue
