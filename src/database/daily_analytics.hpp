// What a day brought, counted once when it was over: it stays the same when photos are deleted later.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "core/time.hpp"
#include "database/database.hpp"

namespace sightglass::database::daily_analytics {

using Day = std::chrono::sys_days;  // in UTC

struct DayFigures {
  Day day{};
  std::int64_t photos = 0;    // uploaded on this day, and neither deleted nor in the trash when counted
  std::int64_t bytes = 0;     // of their originals
  std::int64_t failed = 0;    // of these photos, those whose analysis failed
  std::int64_t analyses = 0;  // finished for the first time on this day
  // From upload to finished analysis, of these; empty when there were none.
  std::optional<std::chrono::microseconds> latency_p50{}, latency_p90{}, latency_p99{};
};

// Counts `day` anew from photos and analyses. Reads what belongs to the day only. Blocks.
core::Result<DayFigures> count(Session& session, Day day);
// Replaces what was kept of the day.
core::Result<void> save(Session& session, const DayFigures& figures, core::Instant now);
core::Result<std::vector<DayFigures>> list(Session& session, std::int32_t limit);  // newest first
core::Result<std::optional<Day>> newest(Session& session);
// The first day with photos; nullopt when there are none.
core::Result<std::optional<Day>> first_day_with_photos(Session& session);

}  // namespace sightglass::database::daily_analytics
