// Migration 11: figures of the queues over time, what handlers say while they work, who completed a task, and notices
// of schedules, queues and nodes.
#pragma once

#include <string_view>

#include "database/migrations/migrate.hpp"

namespace sightglass::database::task_figures {

inline constexpr std::string_view tables[] = {
    // What ended in [at, at + step), in seconds since 1970. Workers add to rows of their own, of one minute; those that
    // are a day old become rows of an hour without an owner, and of what is forgotten the sums go on in the row of step
    // 0. w… and r… count attempts by how long they waited and ran (queue/task_rates.hpp says the bounds), the sums are
    // in microseconds.
    R"(CREATE TABLE task_rates (
         queue TEXT NOT NULL, step BIGINT NOT NULL, at BIGINT NOT NULL, owner TEXT NOT NULL,
         completed BIGINT NOT NULL, failed BIGINT NOT NULL, discarded BIGINT NOT NULL, cancelled BIGINT NOT NULL,
         wait_sum BIGINT NOT NULL, run_sum BIGINT NOT NULL,
         w0 BIGINT NOT NULL, w1 BIGINT NOT NULL, w2 BIGINT NOT NULL, w3 BIGINT NOT NULL, w4 BIGINT NOT NULL,
         w5 BIGINT NOT NULL, w6 BIGINT NOT NULL, w7 BIGINT NOT NULL, w8 BIGINT NOT NULL, w9 BIGINT NOT NULL,
         w10 BIGINT NOT NULL, w11 BIGINT NOT NULL, w12 BIGINT NOT NULL, w13 BIGINT NOT NULL, w14 BIGINT NOT NULL,
         w15 BIGINT NOT NULL, w16 BIGINT NOT NULL, w17 BIGINT NOT NULL, w18 BIGINT NOT NULL,
         r0 BIGINT NOT NULL, r1 BIGINT NOT NULL, r2 BIGINT NOT NULL, r3 BIGINT NOT NULL, r4 BIGINT NOT NULL,
         r5 BIGINT NOT NULL, r6 BIGINT NOT NULL, r7 BIGINT NOT NULL, r8 BIGINT NOT NULL, r9 BIGINT NOT NULL,
         r10 BIGINT NOT NULL, r11 BIGINT NOT NULL, r12 BIGINT NOT NULL, r13 BIGINT NOT NULL, r14 BIGINT NOT NULL,
         r15 BIGINT NOT NULL, r16 BIGINT NOT NULL, r17 BIGINT NOT NULL, r18 BIGINT NOT NULL,
         PRIMARY KEY (at, step, queue, owner)))",

    // A JSON array of {"at":…,"level":…,"words":…}; `dropped` is how many lines before them were let go.
    R"(CREATE TABLE task_logs (
         task_id TEXT NOT NULL REFERENCES tasks (id) ON DELETE CASCADE, attempt BIGINT NOT NULL, lines TEXT NOT NULL,
         dropped BIGINT NOT NULL, PRIMARY KEY (task_id, attempt)))",

    // Whose lease it was that ended well, or by a cancellation; of attempts that fail task_failures tells it.
    "ALTER TABLE tasks ADD COLUMN ended_by TEXT NOT NULL DEFAULT ''",
};

// Nodes say that they are there every few seconds: news is only that one comes, goes, or has begun anew.
inline constexpr std::string_view sqlite_triggers[] = {
    R"(CREATE TRIGGER schedule_added_notice AFTER INSERT ON schedules BEGIN
         INSERT INTO changes (at, type, change, object_id)
           VALUES (strftime('%s', 'now') + 0, 'schedule', 'created', new.id);
       END)",
    R"(CREATE TRIGGER schedule_changed_notice AFTER UPDATE ON schedules BEGIN
         INSERT INTO changes (at, type, change, object_id)
           VALUES (strftime('%s', 'now') + 0, 'schedule', 'changed', new.id);
       END)",
    R"(CREATE TRIGGER schedule_removed_notice AFTER DELETE ON schedules BEGIN
         INSERT INTO changes (at, type, change, object_id)
           VALUES (strftime('%s', 'now') + 0, 'schedule', 'deleted', old.id);
       END)",
    R"(CREATE TRIGGER queue_changed_notice AFTER UPDATE ON task_queues BEGIN
         INSERT INTO changes (at, type, change, object_id)
           VALUES (strftime('%s', 'now') + 0, 'queue', 'changed', new.name);
       END)",
    R"(CREATE TRIGGER node_added_notice AFTER INSERT ON nodes BEGIN
         INSERT INTO changes (at, type, change, object_id)
           VALUES (strftime('%s', 'now') + 0, 'node', 'created', new.name);
       END)",
    R"(CREATE TRIGGER node_changed_notice AFTER UPDATE ON nodes WHEN old.started_at <> new.started_at BEGIN
         INSERT INTO changes (at, type, change, object_id)
           VALUES (strftime('%s', 'now') + 0, 'node', 'changed', new.name);
       END)",
    R"(CREATE TRIGGER node_removed_notice AFTER DELETE ON nodes BEGIN
         INSERT INTO changes (at, type, change, object_id)
           VALUES (strftime('%s', 'now') + 0, 'node', 'deleted', old.name);
       END)",
};

inline constexpr std::string_view postgres_triggers[] = {
    // A row is added to once for every batch of a worker: room beside it keeps the new versions on its page.
    "ALTER TABLE task_rates SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05)",
    R"(CREATE CONSTRAINT TRIGGER schedule_notice AFTER INSERT OR UPDATE OR DELETE ON schedules
         DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_thing('schedule'))",
    R"(CREATE FUNCTION note_named() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         IF TG_OP = 'DELETE' THEN
           PERFORM note_change(TG_ARGV[0], 'deleted', OLD.name, NULL, NULL, NULL);
         ELSE
           PERFORM note_change(TG_ARGV[0], CASE TG_OP WHEN 'INSERT' THEN 'created' ELSE 'changed' END, NEW.name, NULL,
                               NULL, NULL);
         END IF;
         RETURN NULL;
       END $$)",
    R"(CREATE CONSTRAINT TRIGGER queue_notice AFTER UPDATE ON task_queues
         DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_named('queue'))",
    R"(CREATE CONSTRAINT TRIGGER node_notice AFTER INSERT OR DELETE ON nodes
         DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_named('node'))",
    R"(CREATE CONSTRAINT TRIGGER node_changed_notice AFTER UPDATE ON nodes
         DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.started_at <> NEW.started_at)
         EXECUTE FUNCTION note_named('node'))",
};

inline constexpr Migration migration{.version = 11,
                                     .name = "task figures",
                                     .statements = tables,
                                     .only_sqlite = sqlite_triggers,
                                     .only_postgres = postgres_triggers};

}  // namespace sightglass::database::task_figures
