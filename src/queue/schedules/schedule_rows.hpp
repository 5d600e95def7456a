// Schedules in the database.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "database/database.hpp"
#include "queue/schedules/schedule.hpp"

namespace sightglass::queue::schedules {

// All block.

core::Result<void> insert(database::Session& session, const Schedule& schedule);  // conflict: the name is in use
core::Result<std::optional<Schedule>> find(database::Session& session, ScheduleId id);
core::Result<std::optional<Schedule>> find_by_name(database::Session& session, std::string_view name);
core::Result<std::vector<Schedule>> list(database::Session& session);  // by name
// Those due at `now`, longest ago first, at most `limit`.
core::Result<std::vector<Schedule>> list_due(database::Session& session, core::Instant now, std::int32_t limit);
// Whatever of it people change, and when it is due next; raises the revision. not_found when it is gone; conflict when
// it was changed or has run since it was read, or when the name is in use.
core::Result<void> update(database::Session& session, const Schedule& schedule);
core::Result<bool> remove(database::Session& session, ScheduleId id);  // false when it was not there

// From the due time that it was read with to the next: of all nodes that try, one gets true, the others changed
// nothing. `last_due` stays when none is given.
core::Result<bool> advance(database::Session& session, const Schedule& schedule, std::optional<core::Instant> next_due,
                           std::optional<core::Instant> last_due);
core::Result<void> set_last_task(database::Session& session, ScheduleId id, core::TaskId task);

}  // namespace sightglass::queue::schedules
