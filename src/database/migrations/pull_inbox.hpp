// Migration 27: files that were given up in the inbox of failures, what the ledgers count without counting, the photos
// that came from a source, files that are asked after again, and notices that name their source.
#pragma once

#include <string_view>

#include "database/migrations/migrate.hpp"

namespace sightglass::database::pull_inbox_tables {

inline constexpr std::string_view tables[] = {
    "CREATE INDEX pull_files_given_up ON pull_files (changed_at, id) WHERE state = 'failed' AND next_at IS NULL",
    R"(CREATE INDEX pull_files_by_cause ON pull_files (source_id, reason, changed_at, id)
         WHERE state = 'failed' AND next_at IS NULL)",

    // When a file's bytes were last known to be those that the server has: 0 is never. Of those whose listing tells
    // neither time nor tag, by which a replaced one would be seen.
    "ALTER TABLE pull_files ADD COLUMN checked_at BIGINT NOT NULL DEFAULT 0",
    R"(CREATE INDEX pull_files_to_check ON pull_files (source_id, checked_at, id)
         WHERE state = 'stored' AND modified_at IS NULL AND etag = '')",

    // A file that is replaced leaves its photo behind, which the ledger then forgets. `follows_clock` is 0 from when a
    // person decided on its time.
    R"(CREATE TABLE pull_photos (
         photo_id TEXT PRIMARY KEY REFERENCES photos (id) ON DELETE CASCADE,
         source_id TEXT NOT NULL REFERENCES pull_sources (id) ON DELETE CASCADE, follows_clock BIGINT NOT NULL))",
    "CREATE INDEX pull_photos_by_source ON pull_photos (source_id, photo_id)",
    R"(INSERT INTO pull_photos (photo_id, source_id, follows_clock)
         SELECT photo_id, min(source_id), 1 FROM pull_files
           WHERE photo_id IS NOT NULL AND state <> 'skipped' GROUP BY photo_id)",

    // How many files of a ledger are in a state, and as `given_up` those of `failed` that are not tried again, which
    // are not counted under `failed` here. The pieces of a source and state add up. Rows of the ledger go with their
    // source alone.
    R"(CREATE TABLE pull_counts (
         source_id TEXT NOT NULL REFERENCES pull_sources (id) ON DELETE CASCADE, state TEXT NOT NULL,
         piece BIGINT NOT NULL, number BIGINT NOT NULL, PRIMARY KEY (source_id, state, piece)))",
    R"(INSERT INTO pull_counts (source_id, state, piece, number)
         SELECT source_id, CASE WHEN state = 'failed' AND next_at IS NULL THEN 'given_up' ELSE state END, 0, count(*)
           FROM pull_files GROUP BY 1, 2)",

    // '' is none. The source may be gone by now.
    "ALTER TABLE notices ADD COLUMN source_id TEXT NOT NULL DEFAULT ''",
    "DROP INDEX notices_gathering",
    "CREATE UNIQUE INDEX notices_gathering ON notices (user_id, kind, job_id, source_id) WHERE is_gathering = 1",
};

inline constexpr std::string_view sqlite_triggers[] = {
    R"(CREATE TRIGGER pull_file_counted AFTER INSERT ON pull_files BEGIN
         INSERT INTO pull_counts (source_id, state, piece, number)
           VALUES (new.source_id,
                   CASE WHEN new.state = 'failed' AND new.next_at IS NULL THEN 'given_up' ELSE new.state END, 0, 1)
           ON CONFLICT (source_id, state, piece) DO UPDATE SET number = number + 1;
       END)",
    R"(CREATE TRIGGER pull_file_recounted AFTER UPDATE OF state, next_at ON pull_files
         WHEN old.state <> new.state OR (old.next_at IS NULL) <> (new.next_at IS NULL) BEGIN
         UPDATE pull_counts SET number = number - 1 WHERE source_id = old.source_id
           AND state = CASE WHEN old.state = 'failed' AND old.next_at IS NULL THEN 'given_up' ELSE old.state END;
         INSERT INTO pull_counts (source_id, state, piece, number)
           VALUES (new.source_id,
                   CASE WHEN new.state = 'failed' AND new.next_at IS NULL THEN 'given_up' ELSE new.state END, 0, 1)
           ON CONFLICT (source_id, state, piece) DO UPDATE SET number = number + 1;
       END)",
};

// Differences are added as rows of their own, so that nobody waits for another's; pull_files::fold_counts() adds them
// up now and then.
inline constexpr std::string_view postgres_triggers[] = {
    "CREATE SEQUENCE pull_count_pieces",
    R"(CREATE FUNCTION count_pull_files() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         INSERT INTO pull_counts (source_id, state, piece, number)
           SELECT source_id, bucket, nextval('pull_count_pieces'), number FROM (
             SELECT source_id, CASE WHEN state = 'failed' AND next_at IS NULL THEN 'given_up' ELSE state END AS bucket,
                    count(*) AS number FROM new_rows GROUP BY 1, 2) AS added;
         RETURN NULL;
       END $$)",
    R"(CREATE TRIGGER pull_file_counted AFTER INSERT ON pull_files REFERENCING NEW TABLE AS new_rows
         FOR EACH STATEMENT EXECUTE FUNCTION count_pull_files())",
    R"(CREATE FUNCTION recount_pull_files() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         INSERT INTO pull_counts (source_id, state, piece, number)
           SELECT source_id, bucket, nextval('pull_count_pieces'), number FROM (
           SELECT source_id, bucket, sum(difference) AS number FROM (
             SELECT source_id, CASE WHEN state = 'failed' AND next_at IS NULL THEN 'given_up' ELSE state END AS bucket,
                    1 AS difference FROM new_rows
             UNION ALL
             SELECT source_id, CASE WHEN state = 'failed' AND next_at IS NULL THEN 'given_up' ELSE state END, -1
               FROM old_rows) AS changed
             GROUP BY source_id, bucket HAVING sum(difference) <> 0) AS differences;
         RETURN NULL;
       END $$)",
    R"(CREATE TRIGGER pull_file_recounted AFTER UPDATE ON pull_files
         REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
         FOR EACH STATEMENT EXECUTE FUNCTION recount_pull_files())",
};

inline constexpr Migration migration{.version = 27,
                                     .name = "files of sources in the inbox, counts of ledgers, photos of sources",
                                     .statements = tables,
                                     .only_sqlite = sqlite_triggers,
                                     .only_postgres = postgres_triggers};

}  // namespace sightglass::database::pull_inbox_tables
