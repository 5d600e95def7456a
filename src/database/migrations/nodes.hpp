// Migration 9: the machines that share a database, and their workers.
#pragma once

#include <string_view>

#include "database/migrations/migrate.hpp"

namespace sightglass::database::nodes {

inline constexpr std::string_view tables[] = {
    R"(CREATE TABLE nodes (
         name TEXT PRIMARY KEY, role TEXT NOT NULL, version TEXT NOT NULL, started_at BIGINT NOT NULL,
         seen_at BIGINT NOT NULL))",
    // What a worker does now stands in tasks, under its name.
    R"(CREATE TABLE workers (
         owner TEXT PRIMARY KEY, node TEXT NOT NULL REFERENCES nodes (name) ON DELETE CASCADE, queues TEXT NOT NULL,
         pid BIGINT NOT NULL, started_at BIGINT NOT NULL, memory_bytes BIGINT NOT NULL))",
    "CREATE INDEX workers_by_node ON workers (node)",
};

inline constexpr Migration migration{.version = 9, .name = "nodes", .statements = tables};

}  // namespace sightglass::database::nodes
