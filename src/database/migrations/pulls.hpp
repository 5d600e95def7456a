// Migration 25: sources that fetch their pictures themselves, the ledger of their files, and their runs.
#pragma once

#include <string_view>

#include "database/migrations/migrate.hpp"

namespace sightglass::database::pull_tables {

inline constexpr std::string_view tables[] = {
    R"(CREATE TABLE pull_sources (
         id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, location_id TEXT REFERENCES locations (id),
         kind TEXT NOT NULL, base_url TEXT NOT NULL, sign_in TEXT NOT NULL, username TEXT NOT NULL,
         secret @bytes@ NOT NULL, settings TEXT NOT NULL, clock_offset_seconds BIGINT NOT NULL,
         is_active BIGINT NOT NULL, host_key TEXT NOT NULL, created_by TEXT REFERENCES users (id) ON DELETE SET NULL,
         created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, last_pulled_filename TEXT NOT NULL,
         last_pull_at BIGINT, last_new_file_at BIGINT, last_error TEXT NOT NULL, last_error_at BIGINT,
         paused_until BIGINT))",
    "CREATE INDEX pull_sources_by_location ON pull_sources (location_id)",

    // Who runs it is the node; several nodes look for what is queued.
    R"(CREATE TABLE pull_runs (
         id TEXT PRIMARY KEY, source_id TEXT NOT NULL REFERENCES pull_sources (id) ON DELETE CASCADE,
         node TEXT NOT NULL, cause TEXT NOT NULL, state TEXT NOT NULL, phase TEXT NOT NULL, max_files BIGINT,
         requested_by TEXT NOT NULL, requested_at BIGINT NOT NULL, started_at BIGINT, ended_at BIGINT,
         should_stop BIGINT NOT NULL, listed BIGINT NOT NULL, fresh BIGINT NOT NULL, pulled BIGINT NOT NULL,
         skipped BIGINT NOT NULL, failed BIGINT NOT NULL, waiting BIGINT NOT NULL, bytes BIGINT NOT NULL,
         outcome TEXT NOT NULL, error TEXT NOT NULL))",
    "CREATE INDEX pull_runs_by_source ON pull_runs (source_id, id)",
    // One run of a source at a time, over all nodes.
    "CREATE UNIQUE INDEX pull_runs_unended ON pull_runs (source_id) WHERE state <> 'ended'",

    // `path` is percent-encoded, so that names of any bytes are text, and no two are the same.
    R"(CREATE TABLE pull_files (
         id TEXT PRIMARY KEY, source_id TEXT NOT NULL REFERENCES pull_sources (id) ON DELETE CASCADE,
         path TEXT NOT NULL, name TEXT NOT NULL, address TEXT NOT NULL, bytes BIGINT, modified_at BIGINT,
         etag TEXT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL, message TEXT NOT NULL, attempts BIGINT NOT NULL,
         next_at BIGINT, revision BIGINT NOT NULL, validator TEXT NOT NULL, sha256 @bytes@, fetched_bytes BIGINT NOT NULL,
         filing_id TEXT, photo_id TEXT REFERENCES photos (id) ON DELETE SET NULL, run_id TEXT, first_seen_at BIGINT NOT NULL,
         changed_at BIGINT NOT NULL, UNIQUE (source_id, path)))",
    "CREATE INDEX pull_files_by_state ON pull_files (source_id, state, id)",
    "CREATE INDEX pull_files_due ON pull_files (source_id, id) WHERE next_at IS NOT NULL",
    "CREATE INDEX pull_files_fetched ON pull_files (source_id, id) WHERE state = 'fetched'",
    "CREATE INDEX pull_files_by_hash ON pull_files (source_id, sha256) WHERE sha256 IS NOT NULL",
    "CREATE INDEX pull_files_by_photo ON pull_files (photo_id) WHERE photo_id IS NOT NULL",
    "CREATE INDEX pull_files_by_run ON pull_files (run_id) WHERE run_id IS NOT NULL",
};

// What its runs do is a change of the source.
inline constexpr std::string_view sqlite_triggers[] = {
    R"(CREATE TRIGGER pull_source_added_notice AFTER INSERT ON pull_sources BEGIN
         INSERT INTO changes (at, type, change, object_id)
           VALUES (strftime('%s', 'now') + 0, 'source', 'created', new.id);
       END)",
    R"(CREATE TRIGGER pull_source_changed_notice AFTER UPDATE ON pull_sources BEGIN
         INSERT INTO changes (at, type, change, object_id)
           VALUES (strftime('%s', 'now') + 0, 'source', 'changed', new.id);
       END)",
    R"(CREATE TRIGGER pull_source_removed_notice AFTER DELETE ON pull_sources BEGIN
         INSERT INTO changes (at, type, change, object_id)
           VALUES (strftime('%s', 'now') + 0, 'source', 'deleted', old.id);
       END)",
    R"(CREATE TRIGGER pull_run_added_notice AFTER INSERT ON pull_runs BEGIN
         INSERT INTO changes (at, type, change, object_id)
           VALUES (strftime('%s', 'now') + 0, 'source', 'changed', new.source_id);
       END)",
    R"(CREATE TRIGGER pull_run_changed_notice AFTER UPDATE ON pull_runs BEGIN
         INSERT INTO changes (at, type, change, object_id)
           VALUES (strftime('%s', 'now') + 0, 'source', 'changed', new.source_id);
       END)",
};

inline constexpr std::string_view postgres_triggers[] = {
    R"(CREATE CONSTRAINT TRIGGER pull_source_notice AFTER INSERT OR UPDATE OR DELETE ON pull_sources
         DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_thing('source'))",
    R"(CREATE FUNCTION note_pull_run() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         PERFORM note_change('source', 'changed', NEW.source_id, NULL, NULL, NULL);
         RETURN NULL;
       END $$)",
    R"(CREATE CONSTRAINT TRIGGER pull_run_notice AFTER INSERT OR UPDATE ON pull_runs
         DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_pull_run())",
};

inline constexpr Migration migration{.version = 25,
                                     .name = "sources of pictures, their ledger and runs",
                                     .statements = tables,
                                     .only_sqlite = sqlite_triggers,
                                     .only_postgres = postgres_triggers};

}  // namespace sightglass::database::pull_tables
