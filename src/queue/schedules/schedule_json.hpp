// A schedule as JSON, for the API and the command line alike.
#pragma once

#include <cstddef>
#include <vector>

#include "core/json_writer.hpp"
#include "core/time.hpp"
#include "queue/schedules/schedule.hpp"

namespace sightglass::queue::schedules {

// One object.
void write_schedule(core::JsonWriter& json, const Schedule& schedule);
// Without its braces, for objects that say more.
void write_schedule_members(core::JsonWriter& json, const Schedule& schedule);

// The next due times after `now`, soonest first, as if it were not paused; fewer when it ends before, none when it is
// not understood any more. Blocks as Timing::parse().
std::vector<core::Instant> upcoming(const Schedule& schedule, core::Instant now, std::size_t most);

}  // namespace sightglass::queue::schedules
