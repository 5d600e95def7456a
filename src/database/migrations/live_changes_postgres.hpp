// What migration 6 does on PostgreSQL alone: the notices of changes, the totals of tasks, and the signals of both.
#pragma once

#include <string_view>

namespace sightglass::database::live_changes {

inline constexpr std::string_view postgres_triggers[] = {
    // Notices are written when their transaction commits, one transaction after the other (advisory lock 1, which lasts
    // until the commit is visible): only so do their numbers rise in the order of the commits, and who has read up to
    // one never misses an earlier one that became visible later.
    R"(CREATE FUNCTION note_change(about TEXT, what TEXT, object TEXT, job BIGINT, photo TEXT, whose TEXT)
         RETURNS void LANGUAGE plpgsql AS $$ BEGIN
         PERFORM pg_advisory_xact_lock(21351, 1);
         INSERT INTO changes (at, type, change, object_id, job_id, photo_id, user_id)
           VALUES (CAST(extract(epoch FROM clock_timestamp()) AS BIGINT), about, what, object, job, photo, whose);
         PERFORM pg_notify('changes', '');
       END $$)",
    // Each 256th notice removes the oldest, so that 20,000 and few more remain without anybody caring for it.
    R"(CREATE FUNCTION bound_changes() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         DELETE FROM changes WHERE seq <= NEW.seq - 20000;
         RETURN NULL;
       END $$)",
    R"(CREATE TRIGGER changes_bounded AFTER INSERT ON changes FOR EACH ROW WHEN (NEW.seq % 256 = 0)
         EXECUTE FUNCTION bound_changes())",

    R"(CREATE FUNCTION note_photo() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         IF TG_OP = 'DELETE' THEN
           PERFORM note_change('photo', 'deleted', OLD.id, OLD.job_id, OLD.id, OLD.uploaded_by);
         ELSE
           PERFORM note_change('photo', CASE TG_OP WHEN 'INSERT' THEN 'created' ELSE 'changed' END, NEW.id, NEW.job_id,
                               NEW.id, NULL);
         END IF;
         RETURN NULL;
       END $$)",
    R"(CREATE CONSTRAINT TRIGGER photo_notice AFTER INSERT OR UPDATE OR DELETE ON photos
         DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_photo())",

    R"(CREATE FUNCTION note_job() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         PERFORM note_change('job', CASE TG_OP WHEN 'INSERT' THEN 'created' ELSE 'changed' END, CAST(NEW.id AS TEXT),
                             NEW.id, NULL, NULL);
         RETURN NULL;
       END $$)",
    R"(CREATE CONSTRAINT TRIGGER job_added_notice AFTER INSERT ON jobs
         DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_job())",
    // Not of photo_count: its photos tell that themselves.
    R"(CREATE CONSTRAINT TRIGGER job_changed_notice
         AFTER UPDATE OF number, title, customer, address, status, notes ON jobs
         DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_job())",
    // Whose job it was is known before it goes, and told when that is certain: one notice for each of them, or one for
    // everybody.
    "CREATE TABLE job_farewells (job_id BIGINT NOT NULL, user_id TEXT NOT NULL)",
    R"(CREATE FUNCTION remember_whose_job() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         INSERT INTO job_farewells SELECT OLD.id, user_id FROM job_assignees WHERE job_id = OLD.id;
         IF NOT FOUND THEN INSERT INTO job_farewells VALUES (OLD.id, '*'); END IF;
         RETURN OLD;
       END $$)",
    R"(CREATE TRIGGER job_removed BEFORE DELETE ON jobs FOR EACH ROW EXECUTE FUNCTION remember_whose_job())",
    R"(CREATE FUNCTION note_job_removed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         PERFORM note_change('job', 'deleted', CAST(NEW.job_id AS TEXT), NEW.job_id, NULL, NEW.user_id);
         DELETE FROM job_farewells WHERE job_id = NEW.job_id AND user_id = NEW.user_id;
         RETURN NULL;
       END $$)",
    R"(CREATE CONSTRAINT TRIGGER job_removed_notice AFTER INSERT ON job_farewells
         DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_job_removed())",

    R"(CREATE FUNCTION note_thing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         IF TG_OP = 'DELETE' THEN
           PERFORM note_change(TG_ARGV[0], 'deleted', OLD.id, NULL, NULL, NULL);
         ELSE
           PERFORM note_change(TG_ARGV[0], CASE TG_OP WHEN 'INSERT' THEN 'created' ELSE 'changed' END, NEW.id, NULL,
                               NULL, NULL);
         END IF;
         RETURN NULL;
       END $$)",
    R"(CREATE CONSTRAINT TRIGGER asset_notice AFTER INSERT OR UPDATE OR DELETE ON assets
         DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_thing('asset'))",
    R"(CREATE CONSTRAINT TRIGGER location_notice AFTER INSERT OR UPDATE OR DELETE ON locations
         DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_thing('location'))",

    // Renewed leases are no news, and tasks are only ever removed when they are a month old.
    R"(CREATE FUNCTION note_task() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         PERFORM note_change('task', CASE TG_OP WHEN 'INSERT' THEN 'created' ELSE 'changed' END, NEW.id, NULL,
                             NEW.photo_id, NULL);
         RETURN NULL;
       END $$)",
    R"(CREATE CONSTRAINT TRIGGER task_added_notice AFTER INSERT ON tasks
         DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_task())",
    R"(CREATE CONSTRAINT TRIGGER task_moved_notice AFTER UPDATE OF state, run_at ON tasks
         DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.state <> NEW.state OR OLD.run_at <> NEW.run_at)
         EXECUTE FUNCTION note_task())",

    // Totals are sums of rows here, as those of photos: a claim of many tasks adds two rows, and waits for nobody.
    "ALTER TABLE task_totals DROP CONSTRAINT task_totals_pkey",
    R"(CREATE FUNCTION fold_task_totals() RETURNS void LANGUAGE sql AS $$
         WITH gone AS (DELETE FROM task_totals WHERE pg_try_advisory_xact_lock(21351, 4) RETURNING *)
         INSERT INTO task_totals SELECT state, queue, kind, sum(tasks) FROM gone
           GROUP BY state, queue, kind HAVING sum(tasks) <> 0
       $$)",
    R"(CREATE FUNCTION count_tasks() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         IF TG_OP = 'INSERT' THEN
           INSERT INTO task_totals SELECT state, queue, kind, count(*) FROM come GROUP BY state, queue, kind;
           PERFORM pg_notify('tasks', queue) FROM come WHERE state = 'available' GROUP BY queue;
         ELSIF TG_OP = 'DELETE' THEN
           INSERT INTO task_totals SELECT state, queue, kind, -count(*) FROM gone GROUP BY state, queue, kind;
         ELSE
           INSERT INTO task_totals SELECT state, queue, kind, sum(tasks) FROM (
               SELECT state, queue, kind, 1 AS tasks FROM come UNION ALL SELECT state, queue, kind, -1 FROM gone) moved
             GROUP BY state, queue, kind HAVING sum(tasks) <> 0;
           PERFORM pg_notify('tasks', come.queue) FROM come JOIN gone ON gone.id = come.id
             WHERE (come.state = 'available' AND gone.state <> 'available')
               OR (come.state IN ('available', 'retryable', 'scheduled') AND come.run_at < gone.run_at)
             GROUP BY come.queue;
         END IF;
         IF random() < 1.0 / 64 THEN PERFORM fold_task_totals(); END IF;
         RETURN NULL;
       END $$)",
    R"(CREATE TRIGGER tasks_added AFTER INSERT ON tasks REFERENCING NEW TABLE AS come
         FOR EACH STATEMENT EXECUTE FUNCTION count_tasks())",
    R"(CREATE TRIGGER tasks_moved AFTER UPDATE ON tasks REFERENCING OLD TABLE AS gone NEW TABLE AS come
         FOR EACH STATEMENT EXECUTE FUNCTION count_tasks())",
    R"(CREATE TRIGGER tasks_removed AFTER DELETE ON tasks REFERENCING OLD TABLE AS gone
         FOR EACH STATEMENT EXECUTE FUNCTION count_tasks())",
};

}  // namespace sightglass::database::live_changes
