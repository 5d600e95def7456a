// What people do with schedules. Callers check who may, and write the audit entry in the same transaction.
#pragma once

#include <string_view>

#include "core/result.hpp"
#include "core/time.hpp"
#include "database/database.hpp"
#include "queue/schedules/schedule.hpp"

namespace sightglass::queue::schedules {

// Sets when it is due next after `now`; never, while it is paused. invalid_input naming "expression" or "time_zone",
// also for a one-off whose time has passed. Blocks for a time zone that is used for the first time.
core::Result<void> plan(Schedule& schedule, core::Instant now);

// All below block, and return not_found when there is no such schedule.

// Starts its task at once, whatever it waits for; when it is due next stays.
core::Result<core::TaskId> run_now(database::Session& session, ScheduleId id, core::Instant now);
// Due times that pass while it is paused are not missed: they do not come back. One that is paused stays so.
core::Result<Schedule> pause(database::Session& session, ScheduleId id, std::string_view who, core::Instant now);
// One that is not paused stays as it is. conflict for a one-off whose time has passed.
core::Result<Schedule> resume(database::Session& session, ScheduleId id, std::string_view who, core::Instant now);

// Enqueues the task of one run, in the transaction that decides on it. Of a run that was `due` there is one task over
// all servers; a person may start as many as they like.
enum class Start : std::uint8_t { when_due, at_will };
core::Result<core::TaskId> start_task(database::Session& session, const Schedule& schedule, Start start,
                                      core::Instant due, core::Instant now);

}  // namespace sightglass::queue::schedules
