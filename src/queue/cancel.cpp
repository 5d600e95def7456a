#include <string>

#include "queue/settle.hpp"
#include "queue/task_queue.hpp"
#include "queue/task_rows.hpp"

namespace sightglass::queue {
namespace {

using database::Row;
using database::Session;
using enum Cancellation;

constexpr std::string_view waiting = "state IN ('available', 'scheduled', 'retryable')";

core::Result<Cancellation> cancel_one(Session& session, core::TaskId id, core::Instant now) {
  SG_ASSIGN(const auto task, session.first("UPDATE tasks SET state = 'cancelled', finished_at = $2 WHERE id = $1 AND " +
                                               std::string(waiting) + " RETURNING " + std::string(task_columns),
                                           {id, now}, read_task));
  if (task) {
    SG_TRY(settle(session, *task, now));
    return cancelled;
  }
  // The first who asked is remembered.
  SG_ASSIGN(const auto asked,
            session.execute("UPDATE tasks SET cancel_requested_at = coalesce(cancel_requested_at, $2) "
                            "WHERE id = $1 AND state = 'running'",
                            {id, now}));
  return asked == 1 ? requested : too_late;
}

core::Result<Cancellation> cancel_group(Session& session, core::TaskId group, core::Instant now) {
  SG_ASSIGN(const auto members, session.all("SELECT id FROM tasks WHERE group_id = $1 AND (state = 'running' OR " +
                                                std::string(waiting) + ")",
                                            {group}, [](const Row& row) { return row.id<core::TaskId>(0); }));
  Cancellation outcome = too_late;
  for (const core::TaskId member : members) {
    SG_ASSIGN(const auto one, cancel_one(session, member, now));
    if (one == requested || outcome == too_late) outcome = one;
  }
  // No member's end will ever settle an empty batch.
  SG_ASSIGN(const GroupCounts counts, count_group(session, group));
  if (counts.total == 0) return cancel_one(session, group, now);
  return outcome;
}

}  // namespace

core::Result<Cancellation> cancel(Session& session, core::TaskId id, core::Instant now) {
  SG_ASSIGN(const auto task, find(session, id));
  if (!task) return too_late;
  return task->kind == group_kind ? cancel_group(session, id, now) : cancel_one(session, id, now);
}

}  // namespace sightglass::queue
