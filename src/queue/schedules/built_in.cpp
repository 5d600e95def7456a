#include "queue/schedules/built_in.hpp"

#include <array>
#include <string>
#include <vector>

#include "queue/schedules/kinds.hpp"
#include "queue/schedules/schedule_rows.hpp"
#include "queue/schedules/steering.hpp"

namespace sightglass::queue::schedules {
namespace {

struct BuiltIn {
  std::string_view kind{};  // and its name
  std::string_view expression{};
};

// At night in UTC, whose days are counted; off the full hours, when people's own schedules run.
constexpr std::array built_in{
    BuiltIn{cleanup_old_images, "20 2 * * *"}, BuiltIn{generate_daily_analytics, "10 0 * * *"},
    BuiltIn{prune_history, "40 3 * * *"},      BuiltIn{check_budget_usage, "5 */6 * * *"},
    BuiltIn{check_drift, "35 */6 * * *"},      BuiltIn{pull_all_sources, "5 * * * *"}};

core::Result<Schedule> make(const BuiltIn& wanted, core::Instant now) {
  Schedule schedule{.id = ScheduleId::make(now),
                    .name = std::string(wanted.kind),
                    .kind = std::string(wanted.kind),
                    .expression = std::string(wanted.expression),
                    .is_built_in = true,
                    .created_at = now,
                    .updated_at = now};
  SG_TRY(plan(schedule, now));
  return schedule;
}

core::Result<std::vector<BuiltIn>> missing(database::Session& session) {
  std::vector<BuiltIn> absent;
  for (const auto& wanted : built_in) {
    SG_ASSIGN(const auto found, find_by_name(session, wanted.kind));
    if (!found) absent.push_back(wanted);
  }
  return absent;
}

}  // namespace

core::Result<void> register_built_in(database::Database& database, const core::Clock& clock) {
  SG_ASSIGN(const auto absent, database.read(missing));
  if (absent.empty()) return {};
  return database.write([&](database::Session& session) -> core::Result<void> {
    // Read again where it is written: another server may be starting too.
    SG_ASSIGN(const auto still_absent, missing(session));
    for (const auto& wanted : still_absent) {
      SG_ASSIGN(const auto schedule, make(wanted, clock.now()));
      SG_TRY(insert(session, schedule));
    }
    return {};
  });
}

}  // namespace sightglass::queue::schedules
