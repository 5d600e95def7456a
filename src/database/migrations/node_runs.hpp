// Migration 12: runs of the processes that write to the store, each of which the others may declare over.
#pragma once

#include <string_view>

#include "database/migrations/migrate.hpp"

namespace sightglass::database::node_runs {

inline constexpr std::string_view tables[] = {
    // Written when a run begins, is declared over and is settled, and at no other time: transactions that record a
    // photo hold on to the row. `name` is the node's.
    R"(CREATE TABLE runs (
         id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, started_at BIGINT NOT NULL, fenced_at BIGINT,
         settled_at BIGINT))",
    "CREATE INDEX runs_unsettled ON runs (id) WHERE settled_at IS NULL",
    // Signs of life, apart from the row above because they come every few seconds.
    R"(CREATE TABLE run_beats (
         run TEXT PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE, beats BIGINT NOT NULL, seen_at BIGINT NOT NULL))",
    // NULL of nodes of an earlier version.
    "ALTER TABLE nodes ADD COLUMN run TEXT",
};

inline constexpr Migration migration{.version = 12, .name = "node_runs", .statements = tables};

}  // namespace sightglass::database::node_runs
