#include "queue/schedules/kinds.hpp"

#include <array>

namespace sightglass::queue::schedules {
namespace {

constexpr std::array kinds{
    SchedulableKind{check_budget_usage,
                    "Sees what services outside cost this month, and settles calls whose end nobody told."},
    SchedulableKind{check_drift, "Sees whether photos still score as they did when the models that hold were taught."},
    SchedulableKind{cleanup_old_images, "Deletes for good what has lain in the trash long enough."},
    SchedulableKind{generate_daily_analytics, "Counts photos and analyses of each day that is over.",
                    core::TaskQueue::batch, true},
    SchedulableKind{pull_all_sources, "Fetches what is new from each source of pictures that is switched on."},
    SchedulableKind{prune_history, "Forgets tasks that ended long ago (tasks.keep_days) and sign-ins that expired."}};

}  // namespace

std::span<const SchedulableKind> schedulable_kinds() { return kinds; }

const SchedulableKind* find_kind(std::string_view name) {
  for (const auto& kind : kinds)
    if (kind.name == name) return &kind;
  return nullptr;
}

}  // namespace sightglass::queue::schedules
