// Migration 14: less to write for each step of a task.
#pragma once

#include <string_view>

#include "database/migrations/migrate.hpp"

namespace sightglass::database::lean_tasks {

inline constexpr std::string_view tables[] = {
    // Few tasks run at a time: tasks_leased finds them all. What is unfinished is counted in task_totals.
    "DROP INDEX tasks_running",
    "DROP INDEX tasks_unfinished",
};

// Notices of tasks are gathered by statement instead of by row, and still written when their transaction commits, in
// the order of the commits (see note_change): a worker claims and completes hundreds in one statement.
inline constexpr std::string_view postgres_triggers[] = {
    "DROP TRIGGER task_added_notice ON tasks",
    "DROP TRIGGER task_moved_notice ON tasks",
    "DROP FUNCTION note_task()",
    // Not logged, because what a crash leaves of it belongs to commits that were told, or that never were.
    "CREATE UNLOGGED TABLE task_news (change TEXT NOT NULL, ids TEXT[] NOT NULL, photos TEXT[] NOT NULL)",
    R"(CREATE FUNCTION tell_task_news() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         PERFORM pg_advisory_xact_lock(21351, 1);
         INSERT INTO changes (at, type, change, object_id, photo_id)
           SELECT CAST(extract(epoch FROM clock_timestamp()) AS BIGINT), 'task', NEW.change, told.id, told.photo
             FROM unnest(NEW.ids, NEW.photos) AS told (id, photo);
         PERFORM pg_notify('changes', '');
         RETURN NULL;
       END $$)",
    R"(CREATE CONSTRAINT TRIGGER task_news_told AFTER INSERT ON task_news
         DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION tell_task_news())",
    // What others can see of the news was told when it was committed.
    R"(CREATE FUNCTION forget_task_news() RETURNS void LANGUAGE sql AS $$
         DELETE FROM task_news WHERE pg_try_advisory_xact_lock(21351, 5)
       $$)",
    // Its joins are planned once for a connection, when the first statement has perhaps moved one row: a nested loop,
    // which hundreds of rows later take milliseconds in.
    R"(CREATE OR REPLACE FUNCTION count_tasks() RETURNS trigger LANGUAGE plpgsql SET enable_nestloop = off AS $$ BEGIN
         IF TG_OP = 'INSERT' THEN
           INSERT INTO task_totals SELECT state, queue, kind, count(*) FROM come GROUP BY state, queue, kind;
           INSERT INTO task_news SELECT 'created', array_agg(id), array_agg(photo_id) FROM come HAVING count(*) > 0;
           PERFORM pg_notify('tasks', queue) FROM come WHERE state = 'available' GROUP BY queue;
         ELSIF TG_OP = 'DELETE' THEN
           INSERT INTO task_totals SELECT state, queue, kind, -count(*) FROM gone GROUP BY state, queue, kind;
         ELSE
           INSERT INTO task_totals SELECT state, queue, kind, sum(tasks) FROM (
               SELECT state, queue, kind, 1 AS tasks FROM come UNION ALL SELECT state, queue, kind, -1 FROM gone) moved
             GROUP BY state, queue, kind HAVING sum(tasks) <> 0;
           -- Renewed leases are no news.
           INSERT INTO task_news SELECT 'changed', array_agg(come.id), array_agg(come.photo_id)
             FROM come JOIN gone ON gone.id = come.id WHERE come.state <> gone.state OR come.run_at <> gone.run_at
             HAVING count(*) > 0;
           IF EXISTS (SELECT 1 FROM come WHERE state IN ('available', 'retryable', 'scheduled')) THEN
             PERFORM pg_notify('tasks', come.queue) FROM come JOIN gone ON gone.id = come.id
               WHERE (come.state = 'available' AND gone.state <> 'available')
                 OR (come.state IN ('available', 'retryable', 'scheduled') AND come.run_at < gone.run_at)
               GROUP BY come.queue;
           END IF;
         END IF;
         IF random() < 1.0 / 64 THEN
           PERFORM fold_task_totals();
           PERFORM forget_task_news();
         END IF;
         RETURN NULL;
       END $$)",
};

inline constexpr Migration migration{
    .version = 14, .name = "lean tasks", .statements = tables, .only_postgres = postgres_triggers};

}  // namespace sightglass::database::lean_tasks
