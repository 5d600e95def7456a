// Migration 2: the trash, turned photos, labels among the searched words, saved searches.
#pragma once

#include <string_view>

#include "database/migrations/browsing_postgres.hpp"
#include "database/migrations/migrate.hpp"

namespace sightglass::database::browsing {

inline constexpr std::string_view tables[] = {
    "ALTER TABLE photos ADD COLUMN trashed_at BIGINT",
    "ALTER TABLE photos ADD COLUMN rotation BIGINT NOT NULL DEFAULT 0",
    // As tags: the list beside the table, so that a search reads one row.
    "ALTER TABLE photos ADD COLUMN labels TEXT NOT NULL DEFAULT ''",

    // Listings name one side of the trash literally, so each has an index of its own, however full the trash is. With
    // the shown sizes in it, a million photos are cut into segments without reading one row of the table.
    "DROP INDEX photos_by_taken",
    R"(CREATE INDEX photos_by_taken ON photos (taken_at, id, display_width, display_height, trashed_at)
       WHERE trashed_at IS NULL)",
    "DROP INDEX photos_by_upload",
    R"(CREATE INDEX photos_by_upload ON photos (uploaded_at, id, display_width, display_height, trashed_at)
       WHERE trashed_at IS NULL)",
    "CREATE INDEX photos_in_trash ON photos (taken_at, id) WHERE trashed_at IS NOT NULL",

    "CREATE INDEX photos_by_camera ON photos (camera_model, taken_at, id) WHERE camera_model <> ''",

    R"(CREATE TABLE saved_searches (
         id TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE, name TEXT NOT NULL,
         query TEXT NOT NULL, created_at BIGINT NOT NULL, UNIQUE (user_id, name)))",
};

// What counts and searches, again: photos in the trash count nowhere, and are found in the trash alone.
inline constexpr std::string_view sqlite_search_and_totals[] = {
    "DROP TRIGGER photo_added",
    "DROP TRIGGER photo_removed",
    "DROP TRIGGER photo_described",
    "DROP TRIGGER photo_moved",
    "DROP TRIGGER photo_judged",
    "DROP TABLE photo_search",
    // Short beginnings of words match much: their own index saves walking all words that begin so.
    R"(CREATE VIRTUAL TABLE photo_search USING fts5(
         description, tags, labels, filename, original_filename, content = 'photos', content_rowid = 'seq',
         tokenize = "unicode61 remove_diacritics 2", prefix = '2 3', columnsize = 0))",
    "INSERT INTO photo_search (photo_search) VALUES ('rebuild')",

    R"(CREATE TRIGGER photo_added AFTER INSERT ON photos BEGIN
         INSERT INTO photo_search (rowid, description, tags, labels, filename, original_filename)
           VALUES (new.seq, new.description, new.tags, new.labels, new.filename, new.original_filename);
         UPDATE jobs SET photo_count = photo_count + 1 WHERE id = new.job_id AND new.trashed_at IS NULL;
         INSERT INTO photo_totals
           SELECT new.uploaded_at / 86400000000, new.source, new.status, new.verdict, 1, new.file_bytes
             WHERE new.trashed_at IS NULL
           ON CONFLICT DO UPDATE SET photos = photos + 1, bytes = bytes + excluded.bytes;
       END)",
    R"(CREATE TRIGGER photo_removed AFTER DELETE ON photos BEGIN
         INSERT INTO photo_search (photo_search, rowid, description, tags, labels, filename, original_filename)
           VALUES ('delete', old.seq, old.description, old.tags, old.labels, old.filename, old.original_filename);
         UPDATE jobs SET photo_count = photo_count - 1 WHERE id = old.job_id AND old.trashed_at IS NULL;
         UPDATE photo_totals SET photos = photos - 1, bytes = bytes - old.file_bytes
           WHERE day = old.uploaded_at / 86400000000 AND source = old.source AND status = old.status
             AND verdict = old.verdict AND old.trashed_at IS NULL;
       END)",
    R"(CREATE TRIGGER photo_described
         AFTER UPDATE OF description, tags, labels, filename, original_filename ON photos
         WHEN old.description <> new.description OR old.tags <> new.tags OR old.labels <> new.labels
           OR old.filename <> new.filename OR old.original_filename <> new.original_filename BEGIN
         INSERT INTO photo_search (photo_search, rowid, description, tags, labels, filename, original_filename)
           VALUES ('delete', old.seq, old.description, old.tags, old.labels, old.filename, old.original_filename);
         INSERT INTO photo_search (rowid, description, tags, labels, filename, original_filename)
           VALUES (new.seq, new.description, new.tags, new.labels, new.filename, new.original_filename);
       END)",
    R"(CREATE TRIGGER photo_moved AFTER UPDATE OF job_id, trashed_at ON photos
         WHEN old.job_id IS NOT new.job_id OR (old.trashed_at IS NULL) <> (new.trashed_at IS NULL) BEGIN
         UPDATE jobs SET photo_count = photo_count - 1 WHERE id = old.job_id AND old.trashed_at IS NULL;
         UPDATE jobs SET photo_count = photo_count + 1 WHERE id = new.job_id AND new.trashed_at IS NULL;
       END)",
    R"(CREATE TRIGGER photo_judged AFTER UPDATE OF status, verdict, trashed_at ON photos
         WHEN old.status <> new.status OR old.verdict <> new.verdict
           OR (old.trashed_at IS NULL) <> (new.trashed_at IS NULL) BEGIN
         UPDATE photo_totals SET photos = photos - 1, bytes = bytes - old.file_bytes
           WHERE day = old.uploaded_at / 86400000000 AND source = old.source AND status = old.status
             AND verdict = old.verdict AND old.trashed_at IS NULL;
         INSERT INTO photo_totals
           SELECT new.uploaded_at / 86400000000, new.source, new.status, new.verdict, 1, new.file_bytes
             WHERE new.trashed_at IS NULL
           ON CONFLICT DO UPDATE SET photos = photos + 1, bytes = bytes + excluded.bytes;
       END)",
};

inline constexpr Migration migration{.version = 2,
                                     .name = "browsing",
                                     .statements = tables,
                                     .only_sqlite = sqlite_search_and_totals,
                                     .only_postgres = postgres_search_and_totals};

}  // namespace sightglass::database::browsing
