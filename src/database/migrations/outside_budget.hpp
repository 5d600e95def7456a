// Migration 18: what services outside cost: months, and each call's reservation.
#pragma once

#include <string_view>

#include "database/migrations/migrate.hpp"

namespace sightglass::database::outside_budget {

inline constexpr std::string_view tables[] = {
    // `month` is "2026-11", in UTC. Millionths of the budget's currency. The times are those of the first call that
    // came to the mark, each once a month.
    R"(CREATE TABLE budget_months (
         month TEXT PRIMARY KEY, reserved BIGINT NOT NULL DEFAULT 0, spent BIGINT NOT NULL DEFAULT 0,
         warned_at BIGINT, throttled_at BIGINT, stopped_at BIGINT))",
    // `state` is 'reserved' while nobody knows how the call ended, then 'settled' or 'released'.
    R"(CREATE TABLE provider_calls (
         id TEXT PRIMARY KEY, month TEXT NOT NULL REFERENCES budget_months (month), provider TEXT NOT NULL,
         photo_id TEXT, units BIGINT NOT NULL, reserved BIGINT NOT NULL, settled BIGINT NOT NULL DEFAULT 0,
         state TEXT NOT NULL, error TEXT NOT NULL DEFAULT '', at BIGINT NOT NULL, settled_at BIGINT))",
    "CREATE INDEX provider_calls_by_state ON provider_calls (state, at)",
    "CREATE INDEX provider_calls_by_month ON provider_calls (month, at)",
};

inline constexpr Migration migration{.version = 18, .name = "outside budget", .statements = tables};

}  // namespace sightglass::database::outside_budget
