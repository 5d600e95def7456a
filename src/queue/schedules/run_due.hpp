// Starts what is due: on every node, every second or so, exactly once in all.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/result.hpp"
#include "core/time.hpp"
#include "database/database.hpp"
#include "queue/schedules/schedule.hpp"

namespace sightglass::queue::schedules {

// What a due schedule leads to.
struct Runs {
  std::vector<core::Instant> due{};  // a task for each, oldest first; empty when they were missed and are skipped
  std::optional<core::Instant> next_due{};  // empty: it has ended
};
// Of a schedule with next_due ≤ now. invalid_input when its expression or zone is not understood any more.
core::Result<Runs> plan_runs(const Schedule& schedule, core::Instant now);

// Moves the schedule on and starts its tasks, all in the caller's transaction. nullopt, and nothing is changed, when
// another node was first, or a person changed the schedule since it was read. The new tasks else.
core::Result<std::optional<std::vector<core::TaskId>>> start_runs(database::Session& session, const Schedule& schedule,
                                                                  const Runs& runs, core::Instant now);

struct DueReport {
  std::int64_t started = 0;  // tasks
  std::int64_t failed = 0;   // schedules; logged, and tried again the next time
};
// Blocks. Looking costs no write. A schedule that is not understood any more, because its zone is gone from the system,
// is paused and logged. Errors: only those of looking.
core::Result<DueReport> run_due_schedules(database::Database& database, const core::Clock& clock);

}  // namespace sightglass::queue::schedules
