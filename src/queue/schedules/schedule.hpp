// A schedule: which task is started when, and what becomes of the times at which nobody was there to start it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/ids.hpp"
#include "core/task.hpp"
#include "core/time.hpp"

namespace sightglass::queue::schedules {

using ScheduleId = core::UuidId<struct ScheduleTag>;

// What is done about due times that passed while no server ran.
enum class MissedRuns : std::uint8_t {
  skip,      // nothing: the next one counts
  run_once,  // one task for all of them
  run_each,  // a task for each, of the latest `most_missed`
};
std::string_view name_of(MissedRuns missed);  // "skip", "run_once", "run_each"
std::optional<MissedRuns> missed_runs_from_name(std::string_view name);

enum class ScheduleState : std::uint8_t { active, paused, ended };
std::string_view name_of(ScheduleState state);  // "active", "paused", "ended"

inline constexpr std::int32_t most_missed_limit = 100;
// Who comes no later than this after a due time has not missed it: a server that is started anew, a long pause of the
// machine. Clocks of nodes are no further apart.
inline constexpr std::chrono::minutes punctual{2};

struct Schedule {
  ScheduleId id{};
  std::string name{};  // unique
  std::string kind{};  // of the task; one of schedulable_kinds()
  core::TaskQueue queue = core::TaskQueue::batch;
  std::int32_t priority = 0;      // −100 … 100
  std::string arguments = "{}";   // a JSON object
  std::string expression{};       // see Timing
  std::string time_zone = "UTC";  // IANA
  MissedRuns missed = MissedRuns::run_once;
  std::int32_t most_missed = 10;  // 1 … most_missed_limit; of run_each
  bool is_paused = false;
  bool is_built_in = false;                 // comes with the program: it may be changed and paused, not removed
  std::optional<core::Instant> last_due{};  // of the latest run that came by the clock
  std::optional<core::TaskId> last_task{};  // of the latest run at all
  std::optional<core::Instant> next_due{};  // empty while paused, and after a one-off's only run
  std::int64_t revision = 0;                // raised by each change; kept by the store
  std::string changed_by = "system";        // whose change was the latest
  core::Instant created_at{};
  core::Instant updated_at{};

  ScheduleState state() const {
    if (is_paused) return ScheduleState::paused;
    return next_due ? ScheduleState::active : ScheduleState::ended;
  }
};

// What no two runs share: "schedule:<name>:<due time>".
std::string run_key(const Schedule& schedule, core::Instant due);

}  // namespace sightglass::queue::schedules
