// Migration 7: unique tasks, cancelling what runs, tasks that kill their workers, counted batches, queues that are
// paused and limited.
#pragma once

#include <string_view>

#include "database/migrations/migrate.hpp"

namespace sightglass::database::task_engine {

inline constexpr std::string_view tables[] = {
    "ALTER TABLE tasks ADD COLUMN unique_key TEXT",
    "ALTER TABLE tasks ADD COLUMN error_code TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE tasks ADD COLUMN cancel_requested_at BIGINT",
    "ALTER TABLE tasks ADD COLUMN kills BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE tasks ADD COLUMN is_suspect BIGINT NOT NULL DEFAULT 0",
    // Ended tasks give their key free.
    R"(CREATE UNIQUE INDEX tasks_unique ON tasks (unique_key)
       WHERE unique_key IS NOT NULL AND state IN ('available', 'scheduled', 'running', 'retryable'))",
    // A worker looks for its own every few seconds.
    "CREATE INDEX tasks_leased ON tasks (lease_owner) WHERE state = 'running'",
    "ALTER TABLE task_failures ADD COLUMN code TEXT NOT NULL DEFAULT ''",

    // `max_running` 0 is without limit. A queue that is not named here is neither paused nor limited.
    R"(CREATE TABLE task_queues (
         name TEXT PRIMARY KEY, weight BIGINT NOT NULL, max_running BIGINT NOT NULL, paused_at BIGINT,
         changed_by TEXT NOT NULL, changed_at BIGINT))",
    R"(INSERT INTO task_queues (name, weight, max_running, changed_by) VALUES
         ('high_priority', 8, 0, ''), ('normal', 4, 0, ''), ('batch', 2, 0, ''), ('ml_training', 1, 1, ''))",

    // How the members of a batch ended: one row is changed with each, instead of counting all of them.
    R"(CREATE TABLE task_groups (
         id TEXT PRIMARY KEY REFERENCES tasks (id) ON DELETE CASCADE, members BIGINT NOT NULL,
         completed BIGINT NOT NULL, discarded BIGINT NOT NULL, cancelled BIGINT NOT NULL, completion TEXT NOT NULL))",
    R"(INSERT INTO task_groups
         SELECT g.id, count(m.id), sum(CASE m.state WHEN 'completed' THEN 1 ELSE 0 END),
                sum(CASE m.state WHEN 'discarded' THEN 1 ELSE 0 END),
                sum(CASE m.state WHEN 'cancelled' THEN 1 ELSE 0 END), ''
           FROM tasks g JOIN tasks m ON m.group_id = g.id GROUP BY g.id)",
};

inline constexpr Migration migration{.version = 7, .name = "task engine", .statements = tables};

}  // namespace sightglass::database::task_engine
