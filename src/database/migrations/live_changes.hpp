// Migration 6: what changed lately, for whoever watches, and how many tasks stand where.
#pragma once

#include <string_view>

#include "database/migrations/live_changes_postgres.hpp"
#include "database/migrations/migrate.hpp"

namespace sightglass::database::live_changes {

inline constexpr std::string_view tables[] = {
    // `job_id` and `photo_id` say which objects decide who may know of it; of what is gone `user_id` says it, and '*'
    // there stands for everybody. `at` is in seconds since 1970.
    R"(CREATE TABLE changes (
         seq @identity@, at BIGINT NOT NULL, type TEXT NOT NULL, change TEXT NOT NULL, object_id TEXT NOT NULL,
         job_id BIGINT, photo_id TEXT, user_id TEXT))",

    "CREATE TABLE task_totals (state TEXT NOT NULL, queue TEXT NOT NULL, kind TEXT NOT NULL, tasks BIGINT NOT NULL, "
    "PRIMARY KEY (state, queue, kind))",
    "INSERT INTO task_totals SELECT state, queue, kind, count(*) FROM tasks GROUP BY state, queue, kind",
};

// Triggers, so that no writer can forget it, whichever process writes, and the notice shares its transaction.
inline constexpr std::string_view sqlite_triggers[] = {
    // Each 256th notice removes the oldest, so that 20,000 and few more remain without anybody caring for it.
    R"(CREATE TRIGGER changes_bounded AFTER INSERT ON changes WHEN new.seq % 256 = 0 BEGIN
         DELETE FROM changes WHERE seq <= new.seq - 20000;
       END)",

    R"(CREATE TRIGGER photo_added_notice AFTER INSERT ON photos BEGIN
         INSERT INTO changes (at, type, change, object_id, job_id, photo_id)
           VALUES (strftime('%s', 'now') + 0, 'photo', 'created', new.id, new.job_id, new.id);
       END)",
    R"(CREATE TRIGGER photo_changed_notice AFTER UPDATE ON photos BEGIN
         INSERT INTO changes (at, type, change, object_id, job_id, photo_id)
           VALUES (strftime('%s', 'now') + 0, 'photo', 'changed', new.id, new.job_id, new.id);
       END)",
    R"(CREATE TRIGGER photo_removed_notice AFTER DELETE ON photos BEGIN
         INSERT INTO changes (at, type, change, object_id, job_id, photo_id, user_id)
           VALUES (strftime('%s', 'now') + 0, 'photo', 'deleted', old.id, old.job_id, old.id, old.uploaded_by);
       END)",

    R"(CREATE TRIGGER job_added_notice AFTER INSERT ON jobs BEGIN
         INSERT INTO changes (at, type, change, object_id, job_id)
           VALUES (strftime('%s', 'now') + 0, 'job', 'created', new.id, new.id);
       END)",
    // Not of photo_count: its photos tell that themselves.
    R"(CREATE TRIGGER job_changed_notice AFTER UPDATE OF number, title, customer, address, status, notes ON jobs BEGIN
         INSERT INTO changes (at, type, change, object_id, job_id)
           VALUES (strftime('%s', 'now') + 0, 'job', 'changed', new.id, new.id);
       END)",
    // Before, while it is still known whose job it was: one notice for each of them, or one for everybody.
    R"(CREATE TRIGGER job_removed_notice BEFORE DELETE ON jobs BEGIN
         INSERT INTO changes (at, type, change, object_id, job_id, user_id)
           SELECT strftime('%s', 'now') + 0, 'job', 'deleted', old.id, old.id, user_id
             FROM job_assignees WHERE job_id = old.id
           UNION ALL SELECT strftime('%s', 'now') + 0, 'job', 'deleted', old.id, old.id, '*'
             WHERE NOT EXISTS (SELECT 1 FROM job_assignees WHERE job_id = old.id);
       END)",

    R"(CREATE TRIGGER asset_added_notice AFTER INSERT ON assets BEGIN
         INSERT INTO changes (at, type, change, object_id)
           VALUES (strftime('%s', 'now') + 0, 'asset', 'created', new.id);
       END)",
    R"(CREATE TRIGGER asset_changed_notice AFTER UPDATE ON assets BEGIN
         INSERT INTO changes (at, type, change, object_id)
           VALUES (strftime('%s', 'now') + 0, 'asset', 'changed', new.id);
       END)",
    R"(CREATE TRIGGER asset_removed_notice AFTER DELETE ON assets BEGIN
         INSERT INTO changes (at, type, change, object_id)
           VALUES (strftime('%s', 'now') + 0, 'asset', 'deleted', old.id);
       END)",
    R"(CREATE TRIGGER location_added_notice AFTER INSERT ON locations BEGIN
         INSERT INTO changes (at, type, change, object_id)
           VALUES (strftime('%s', 'now') + 0, 'location', 'created', new.id);
       END)",
    R"(CREATE TRIGGER location_changed_notice AFTER UPDATE ON locations BEGIN
         INSERT INTO changes (at, type, change, object_id)
           VALUES (strftime('%s', 'now') + 0, 'location', 'changed', new.id);
       END)",
    R"(CREATE TRIGGER location_removed_notice AFTER DELETE ON locations BEGIN
         INSERT INTO changes (at, type, change, object_id)
           VALUES (strftime('%s', 'now') + 0, 'location', 'deleted', old.id);
       END)",

    // Renewed leases are no news, and tasks are only ever removed when they are a month old.
    R"(CREATE TRIGGER task_added AFTER INSERT ON tasks BEGIN
         INSERT INTO changes (at, type, change, object_id, photo_id)
           VALUES (strftime('%s', 'now') + 0, 'task', 'created', new.id, new.photo_id);
         INSERT INTO task_totals VALUES (new.state, new.queue, new.kind, 1)
           ON CONFLICT DO UPDATE SET tasks = tasks + 1;
       END)",
    R"(CREATE TRIGGER task_moved AFTER UPDATE OF state, run_at ON tasks
         WHEN old.state <> new.state OR old.run_at <> new.run_at BEGIN
         INSERT INTO changes (at, type, change, object_id, photo_id)
           VALUES (strftime('%s', 'now') + 0, 'task', 'changed', new.id, new.photo_id);
         UPDATE task_totals SET tasks = tasks - 1
           WHERE state = old.state AND queue = old.queue AND kind = old.kind;
         INSERT INTO task_totals VALUES (new.state, new.queue, new.kind, 1)
           ON CONFLICT DO UPDATE SET tasks = tasks + 1;
       END)",
    R"(CREATE TRIGGER task_removed AFTER DELETE ON tasks BEGIN
         UPDATE task_totals SET tasks = tasks - 1
           WHERE state = old.state AND queue = old.queue AND kind = old.kind;
       END)",
};

inline constexpr Migration migration{.version = 6,
                                     .name = "live changes",
                                     .statements = tables,
                                     .only_sqlite = sqlite_triggers,
                                     .only_postgres = postgres_triggers};

}  // namespace sightglass::database::live_changes
