#include "queue/schedules/schedule_rows.hpp"

#include <algorithm>
#include <string>

namespace sightglass::queue::schedules {
namespace {

using database::Row;
using database::Session;

const std::string select_schedules =
    "SELECT id, name, kind, queue, priority, arguments, expression, time_zone, missed_runs, most_missed, is_paused, "
    "is_built_in, last_due, last_task, next_due, revision, changed_by, created_at, updated_at FROM schedules";

Schedule read_schedule(const Row& row) {
  return {.id = row.id<ScheduleId>(0),
          .name = row.string(1),
          .kind = row.string(2),
          .queue = core::task_queue_from_name(row.text(3)).value_or(core::TaskQueue::batch),
          .priority = static_cast<std::int32_t>(row.integer(4)),
          .arguments = row.string(5),
          .expression = row.string(6),
          .time_zone = row.string(7),
          .missed = missed_runs_from_name(row.text(8)).value_or(MissedRuns::run_once),
          .most_missed = static_cast<std::int32_t>(row.integer(9)),
          .is_paused = row.boolean(10),
          .is_built_in = row.boolean(11),
          .last_due = row.optional_instant(12),
          .last_task = row.optional_id<core::TaskId>(13),
          .next_due = row.optional_instant(14),
          .revision = row.integer(15),
          .changed_by = row.string(16),
          .created_at = row.instant(17),
          .updated_at = row.instant(18)};
}

}  // namespace

core::Result<void> insert(Session& session, const Schedule& schedule) {
  SG_TRY(session.execute(
      "INSERT INTO schedules (id, name, kind, queue, priority, arguments, expression, time_zone, missed_runs, "
      "most_missed, is_paused, is_built_in, last_due, last_task, next_due, revision, changed_by, created_at, "
      "updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 0, $16, $17, $18)",
      {schedule.id, schedule.name, schedule.kind, core::name_of(schedule.queue), schedule.priority, schedule.arguments,
       schedule.expression, schedule.time_zone, name_of(schedule.missed), schedule.most_missed, schedule.is_paused,
       schedule.is_built_in, schedule.last_due, schedule.last_task, schedule.next_due, schedule.changed_by,
       schedule.created_at, schedule.updated_at}));
  return {};
}

core::Result<std::optional<Schedule>> find(Session& session, ScheduleId id) {
  return session.first(select_schedules + " WHERE id = $1", {id}, read_schedule);
}

core::Result<std::optional<Schedule>> find_by_name(Session& session, std::string_view name) {
  return session.first(select_schedules + " WHERE name = $1", {name}, read_schedule);
}

core::Result<std::vector<Schedule>> list(Session& session) {
  return session.all(select_schedules + " ORDER BY name", {}, read_schedule);
}

core::Result<std::vector<Schedule>> list_due(Session& session, core::Instant now, std::int32_t limit) {
  return session.all(select_schedules + " WHERE next_due IS NOT NULL AND next_due <= $1 ORDER BY next_due, id LIMIT $2",
                     {now, std::max(limit, 1)}, read_schedule);
}

core::Result<void> update(Session& session, const Schedule& schedule) {
  SG_ASSIGN(const auto changed,
            session.execute("UPDATE schedules SET name = $3, queue = $4, priority = $5, arguments = $6, "
                            "expression = $7, time_zone = $8, missed_runs = $9, most_missed = $10, is_paused = $11, "
                            "next_due = $12, changed_by = $13, updated_at = $14, revision = revision + 1 "
                            "WHERE id = $1 AND revision = $2",
                            {schedule.id, schedule.revision, schedule.name, core::name_of(schedule.queue),
                             schedule.priority, schedule.arguments, schedule.expression, schedule.time_zone,
                             name_of(schedule.missed), schedule.most_missed, schedule.is_paused, schedule.next_due,
                             schedule.changed_by, schedule.updated_at}));
  if (changed == 1) return {};
  SG_ASSIGN(const auto found, find(session, schedule.id));
  if (!found) return core::fail(core::not_found("There is no such schedule."));
  return core::fail(core::ErrorCode::conflict, "The schedule has just been changed. Look again.");
}

core::Result<bool> remove(Session& session, ScheduleId id) {
  SG_ASSIGN(const auto removed, session.execute("DELETE FROM schedules WHERE id = $1", {id}));
  return removed > 0;
}

core::Result<bool> advance(Session& session, const Schedule& schedule, std::optional<core::Instant> next_due,
                           std::optional<core::Instant> last_due) {
  SG_ASSIGN(const auto changed,
            session.execute("UPDATE schedules SET next_due = $4, last_due = $5, revision = revision + 1 "
                            "WHERE id = $1 AND revision = $2 AND next_due = $3",
                            {schedule.id, schedule.revision, schedule.next_due, next_due,
                             last_due ? last_due : schedule.last_due}));
  return changed == 1;
}

core::Result<void> set_last_task(Session& session, ScheduleId id, core::TaskId task) {
  SG_TRY(session.execute("UPDATE schedules SET last_task = $2 WHERE id = $1", {id, task}));
  return {};
}

}  // namespace sightglass::queue::schedules
