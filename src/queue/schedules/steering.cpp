#include "queue/schedules/steering.hpp"

#include "queue/schedules/schedule_rows.hpp"
#include "queue/schedules/timing.hpp"
#include "queue/task_queue.hpp"

namespace sightglass::queue::schedules {
namespace {

core::Result<Schedule> existing(database::Session& session, ScheduleId id) {
  SG_ASSIGN(auto schedule, find(session, id));
  if (!schedule) return core::fail(core::not_found("There is no such schedule."));
  return std::move(*schedule);
}

// What another node, whose clock is ahead, has just run is not planned again. A last run further ahead comes from a
// clock that was wrong, and must not hold the schedule up.
core::Instant planned_from(const Schedule& schedule, core::Instant now) {
  const bool is_just_ahead = schedule.last_due && *schedule.last_due > now && *schedule.last_due - now <= punctual;
  return is_just_ahead ? *schedule.last_due : now;
}

core::Result<Schedule> save(database::Session& session, Schedule schedule, std::string_view who, core::Instant now) {
  schedule.changed_by = who;
  schedule.updated_at = now;
  SG_TRY(update(session, schedule));
  return schedule;
}

}  // namespace

core::Result<void> plan(Schedule& schedule, core::Instant now) {
  SG_ASSIGN(const auto timing, Timing::parse(schedule.expression, schedule.time_zone));
  schedule.next_due = timing.next_after(planned_from(schedule, now));
  if (!schedule.next_due) return core::fail(core::invalid_input("expression", "This time has passed already."));
  if (schedule.is_paused) schedule.next_due.reset();
  return {};
}

core::Result<core::TaskId> start_task(database::Session& session, const Schedule& schedule, Start start,
                                      core::Instant due, core::Instant now) {
  return enqueue(session,
                 {.kind = schedule.kind,
                  .queue = schedule.queue,
                  .priority = schedule.priority,
                  .arguments = schedule.arguments,
                  .request_id = run_key(schedule, due),
                  .unique_key = start == Start::when_due ? run_key(schedule, due) : ""},
                 now);
}

core::Result<core::TaskId> run_now(database::Session& session, ScheduleId id, core::Instant now) {
  SG_ASSIGN(const auto schedule, existing(session, id));
  SG_ASSIGN(const auto task, start_task(session, schedule, Start::at_will, now, now));
  SG_TRY(set_last_task(session, id, task));
  return task;
}

core::Result<Schedule> pause(database::Session& session, ScheduleId id, std::string_view who, core::Instant now) {
  SG_ASSIGN(auto schedule, existing(session, id));
  if (schedule.is_paused) return schedule;
  schedule.is_paused = true;
  schedule.next_due.reset();
  return save(session, std::move(schedule), who, now);
}

core::Result<Schedule> resume(database::Session& session, ScheduleId id, std::string_view who, core::Instant now) {
  SG_ASSIGN(auto schedule, existing(session, id));
  if (!schedule.is_paused) return schedule;
  SG_ASSIGN(const auto timing, Timing::parse(schedule.expression, schedule.time_zone));
  schedule.is_paused = false;
  schedule.next_due = timing.next_after(planned_from(schedule, now));
  if (!schedule.next_due)
    return core::fail(core::ErrorCode::conflict,
                      "Its only time passed while it was paused. Give it another one first.");
  return save(session, std::move(schedule), who, now);
}

}  // namespace sightglass::queue::schedules
