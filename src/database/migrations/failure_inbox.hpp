// Migration 10: the inbox of pictures that failed, and notices to people.
#pragma once

#include <string_view>

#include "database/migrations/migrate.hpp"

namespace sightglass::database::failure_inbox {

inline constexpr std::string_view tables[] = {
    // `burst` is what failures of one cause at one time share. `times` counts how often the photo failed for good since
    // the entry is there. `resolved_by` is a name, as the audit log has it, and empty when nobody in particular did it.
    R"(CREATE TABLE photo_failures (
         id TEXT PRIMARY KEY, photo_id TEXT NOT NULL REFERENCES photos (id) ON DELETE CASCADE, task_id TEXT,
         code TEXT NOT NULL, error TEXT NOT NULL, attempts BIGINT NOT NULL, times BIGINT NOT NULL,
         burst TEXT NOT NULL, state TEXT NOT NULL, failed_at BIGINT NOT NULL,
         resolution TEXT NOT NULL DEFAULT '', resolved_at BIGINT, resolved_by TEXT NOT NULL DEFAULT ''))",
    // What a person decided is a row of its own for ever; at most one of a photo still waits for somebody.
    "CREATE UNIQUE INDEX photo_failures_unresolved ON photo_failures (photo_id) WHERE state <> 'resolved'",
    "CREATE INDEX photo_failures_by_photo ON photo_failures (photo_id, id)",
    "CREATE INDEX photo_failures_by_state ON photo_failures (state, failed_at, id)",
    "CREATE INDEX photo_failures_by_code ON photo_failures (code, failed_at)",
    "CREATE INDEX photo_failures_by_burst ON photo_failures (burst, failed_at, id)",
    R"(INSERT INTO photo_failures (id, photo_id, task_id, code, error, attempts, times, burst, state, failed_at)
         SELECT t.id, p.id, t.id, CASE t.error_code WHEN '' THEN 'internal' ELSE t.error_code END, t.error, t.attempts,
                1, min(t.id) OVER (PARTITION BY CASE t.error_code WHEN '' THEN 'internal' ELSE t.error_code END),
                'open', coalesce(t.finished_at, t.created_at)
           FROM photos p JOIN tasks t ON t.id = p.task_id WHERE p.status = 'FAILED' AND t.state = 'discarded')",

    // `job_id` 0 is no job. While `is_gathering` further photos that fail are added to it. `photo_id` and `task_id` are
    // of the last one; they may be gone by now.
    R"(CREATE TABLE notices (
         id TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE, kind TEXT NOT NULL,
         code TEXT NOT NULL, job_id BIGINT NOT NULL, photo_id TEXT NOT NULL, task_id TEXT, photos BIGINT NOT NULL,
         is_gathering BIGINT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, read_at BIGINT))",
    "CREATE UNIQUE INDEX notices_gathering ON notices (user_id, kind, job_id) WHERE is_gathering = 1",
    "CREATE INDEX notices_by_user ON notices (user_id, updated_at, id)",
    "CREATE INDEX notices_unread ON notices (user_id) WHERE read_at IS NULL",
    // So that a photo that fails again is not counted twice.
    R"(CREATE TABLE notice_photos (
         notice_id TEXT NOT NULL REFERENCES notices (id) ON DELETE CASCADE, photo_id TEXT NOT NULL,
         PRIMARY KEY (notice_id, photo_id)))",
};

// A failure follows its photo, whatever has it analysed again and whichever process writes the outcome.
inline constexpr std::string_view sqlite_triggers[] = {
    R"(CREATE TRIGGER photo_failure_follows AFTER UPDATE OF status ON photos
         WHEN old.status <> new.status AND new.status IN ('PENDING', 'COMPLETED', 'FAILED') BEGIN
         UPDATE photo_failures
           SET state = CASE new.status WHEN 'PENDING' THEN 'retrying' WHEN 'FAILED' THEN 'open' ELSE 'resolved' END,
               resolution = CASE new.status WHEN 'COMPLETED' THEN 'succeeded' ELSE '' END,
               resolved_at = CASE new.status WHEN 'COMPLETED'
                 THEN CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000 END
           WHERE photo_id = new.id AND state <> 'resolved';
       END)",
    R"(CREATE TRIGGER photo_failure_added_notice AFTER INSERT ON photo_failures BEGIN
         INSERT INTO changes (at, type, change, object_id, photo_id)
           VALUES (strftime('%s', 'now') + 0, 'failure', 'created', new.id, new.photo_id);
       END)",
    R"(CREATE TRIGGER photo_failure_changed_notice AFTER UPDATE ON photo_failures BEGIN
         INSERT INTO changes (at, type, change, object_id, photo_id)
           VALUES (strftime('%s', 'now') + 0, 'failure', 'changed', new.id, new.photo_id);
       END)",
    // The trash hides a photo's failures, and shows them again.
    R"(CREATE TRIGGER photo_failure_hidden_notice AFTER UPDATE OF trashed_at ON photos
         WHEN (old.trashed_at IS NULL) <> (new.trashed_at IS NULL) BEGIN
         INSERT INTO changes (at, type, change, object_id, photo_id)
           SELECT strftime('%s', 'now') + 0, 'failure', 'changed', id, photo_id
             FROM photo_failures WHERE photo_id = new.id;
       END)",
    R"(CREATE TRIGGER notice_added AFTER INSERT ON notices BEGIN
         INSERT INTO changes (at, type, change, object_id, user_id)
           VALUES (strftime('%s', 'now') + 0, 'notice', 'created', new.id, new.user_id);
       END)",
    R"(CREATE TRIGGER notice_changed AFTER UPDATE OF photos, updated_at, read_at ON notices BEGIN
         INSERT INTO changes (at, type, change, object_id, user_id)
           VALUES (strftime('%s', 'now') + 0, 'notice', 'changed', new.id, new.user_id);
       END)",
};

inline constexpr std::string_view postgres_triggers[] = {
    R"(CREATE FUNCTION follow_photo() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         UPDATE photo_failures
           SET state = CASE NEW.status WHEN 'PENDING' THEN 'retrying' WHEN 'FAILED' THEN 'open' ELSE 'resolved' END,
               resolution = CASE NEW.status WHEN 'COMPLETED' THEN 'succeeded' ELSE '' END,
               resolved_at = CASE NEW.status WHEN 'COMPLETED'
                 THEN CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT) END
           WHERE photo_id = NEW.id AND state <> 'resolved';
         RETURN NULL;
       END $$)",
    R"(CREATE TRIGGER photo_failure_follows AFTER UPDATE OF status ON photos FOR EACH ROW
         WHEN (OLD.status <> NEW.status AND NEW.status IN ('PENDING', 'COMPLETED', 'FAILED'))
         EXECUTE FUNCTION follow_photo())",
    R"(CREATE FUNCTION note_failure() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         PERFORM note_change('failure', CASE TG_OP WHEN 'INSERT' THEN 'created' ELSE 'changed' END, NEW.id, NULL,
                             NEW.photo_id, NULL);
         RETURN NULL;
       END $$)",
    R"(CREATE CONSTRAINT TRIGGER photo_failure_notice AFTER INSERT OR UPDATE ON photo_failures
         DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_failure())",
    R"(CREATE FUNCTION note_hidden_failures() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         PERFORM note_change('failure', 'changed', id, NULL, photo_id, NULL) FROM photo_failures WHERE photo_id = NEW.id;
         RETURN NULL;
       END $$)",
    R"(CREATE CONSTRAINT TRIGGER photo_failure_hidden_notice AFTER UPDATE OF trashed_at ON photos
         DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((OLD.trashed_at IS NULL) <> (NEW.trashed_at IS NULL))
         EXECUTE FUNCTION note_hidden_failures())",
    R"(CREATE FUNCTION note_notice() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         PERFORM note_change('notice', CASE TG_OP WHEN 'INSERT' THEN 'created' ELSE 'changed' END, NEW.id, NULL, NULL,
                             NEW.user_id);
         RETURN NULL;
       END $$)",
    R"(CREATE CONSTRAINT TRIGGER notice_notice AFTER INSERT OR UPDATE OF photos, updated_at, read_at ON notices
         DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_notice())",
};

inline constexpr Migration migration{.version = 10,
                                     .name = "failure inbox",
                                     .statements = tables,
                                     .only_sqlite = sqlite_triggers,
                                     .only_postgres = postgres_triggers};

}  // namespace sightglass::database::failure_inbox
