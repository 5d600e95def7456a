// Migration 3: every failed attempt of a task, and tasks found by their state.
#pragma once

#include <string_view>

#include "database/migrations/migrate.hpp"

namespace sightglass::database::task_failures {

inline constexpr std::string_view tables[] = {
    // The row of a task keeps its last error only; these go with it when it is pruned.
    R"(CREATE TABLE task_failures (
         task_id TEXT NOT NULL REFERENCES tasks (id) ON DELETE CASCADE, attempt BIGINT NOT NULL,
         started_at BIGINT, failed_at BIGINT NOT NULL, worker TEXT NOT NULL, error TEXT NOT NULL,
         PRIMARY KEY (task_id, attempt)))",
    "CREATE INDEX tasks_by_state ON tasks (state, id, kind, queue)",
};

inline constexpr Migration migration{.version = 3, .name = "task failures", .statements = tables};

}  // namespace sightglass::database::task_failures
