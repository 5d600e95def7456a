// Migration 8: schedules, which start tasks by the clock, and the figures that one of these tasks keeps for each day.
#pragma once

#include <string_view>

#include "database/migrations/migrate.hpp"

namespace sightglass::database::schedules {

inline constexpr std::string_view tables[] = {
    // `next_due` is NULL while it is paused, and once a one-off has ended. `revision` is raised by every change of a
    // person, so that whoever plans a run beside it notices. No reference to tasks: these are pruned.
    R"(CREATE TABLE schedules (
         id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, queue TEXT NOT NULL,
         priority BIGINT NOT NULL, arguments TEXT NOT NULL, expression TEXT NOT NULL, time_zone TEXT NOT NULL,
         missed_runs TEXT NOT NULL, most_missed BIGINT NOT NULL, is_paused BIGINT NOT NULL,
         is_built_in BIGINT NOT NULL, last_due BIGINT, last_task TEXT, next_due BIGINT, revision BIGINT NOT NULL,
         changed_by TEXT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL))",
    "CREATE INDEX schedules_due ON schedules (next_due) WHERE next_due IS NOT NULL",

    // Days since 1970 (UTC); latencies in microseconds. Photos that are deleted later still count.
    R"(CREATE TABLE daily_analytics (
         day BIGINT PRIMARY KEY, photos BIGINT NOT NULL, bytes BIGINT NOT NULL, failed BIGINT NOT NULL,
         analyses BIGINT NOT NULL, latency_p50 BIGINT, latency_p90 BIGINT, latency_p99 BIGINT,
         made_at BIGINT NOT NULL))",
};

inline constexpr Migration migration{.version = 8, .name = "schedules", .statements = tables};

}  // namespace sightglass::database::schedules
