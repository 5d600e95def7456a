#include "queue/schedules/schedule.hpp"

#include <array>

namespace sightglass::queue::schedules {
namespace {

using namespace std::string_view_literals;

// Indexed by the enumerators. Part of the database and of the API: never renamed.
constexpr std::array missed_names{"skip"sv, "run_once"sv, "run_each"sv};
constexpr std::array state_names{"active"sv, "paused"sv, "ended"sv};

}  // namespace

std::string_view name_of(MissedRuns missed) { return missed_names.at(static_cast<std::size_t>(missed)); }

std::optional<MissedRuns> missed_runs_from_name(std::string_view name) {
  for (std::size_t i = 0; i < missed_names.size(); ++i)
    if (missed_names.at(i) == name) return static_cast<MissedRuns>(i);
  return std::nullopt;
}

std::string_view name_of(ScheduleState state) { return state_names.at(static_cast<std::size_t>(state)); }

std::string run_key(const Schedule& schedule, core::Instant due) {
  return "schedule:" + schedule.name + ":" + core::to_iso8601(due);
}

}  // namespace sightglass::queue::schedules
