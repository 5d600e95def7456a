// Migration 1: people, what photos are about, photos, analyses, tasks.
#pragma once

#include <string_view>

#include "database/migrations/first_schema_postgres.hpp"
#include "database/migrations/migrate.hpp"

namespace sightglass::database::first_schema {

// Ids are UUID text, instants microseconds since 1970 (UTC), truths 0 or 1, lists text (see string_list.hpp).
inline constexpr std::string_view tables[] = {
    R"(CREATE TABLE users (
         id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, password_hash TEXT NOT NULL,
         is_disabled BIGINT NOT NULL, generation BIGINT NOT NULL,
         created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL))",
    "CREATE UNIQUE INDEX users_by_name ON users (lower(name))",

    R"(CREATE TABLE sign_ins (
         id TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
         is_browser BIGINT NOT NULL, secret_hash @bytes@ NOT NULL, rotation BIGINT NOT NULL,
         created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, revoked_at BIGINT))",
    "CREATE INDEX sign_ins_by_user ON sign_ins (user_id)",
    "CREATE INDEX sign_ins_by_expiry ON sign_ins (expires_at)",

    R"(CREATE TABLE service_tokens (
         id TEXT PRIMARY KEY, name TEXT NOT NULL, secret_hash @bytes@ NOT NULL, scopes TEXT NOT NULL,
         role TEXT NOT NULL, owner TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
         created_at BIGINT NOT NULL, expires_at BIGINT, last_used_at BIGINT, revoked_at BIGINT))",
    "CREATE INDEX service_tokens_by_owner ON service_tokens (owner)",

    // No reference to users: the log outlives whom it speaks of.
    R"(CREATE TABLE audit_entries (
         id @identity@, at BIGINT NOT NULL, actor TEXT NOT NULL, actor_id TEXT NOT NULL, action TEXT NOT NULL,
         object_type TEXT NOT NULL, object_id TEXT NOT NULL, request_id TEXT NOT NULL, peer TEXT NOT NULL,
         details TEXT NOT NULL))",
    "CREATE INDEX audit_entries_by_actor ON audit_entries (actor, id)",
    "CREATE INDEX audit_entries_by_action ON audit_entries (action, id)",
    "CREATE INDEX audit_entries_by_object ON audit_entries (object_type, object_id, id)",
    "CREATE INDEX audit_entries_by_time ON audit_entries (at)",

    R"(CREATE TABLE jobs (
         id @identity@, number TEXT NOT NULL, title TEXT NOT NULL, customer TEXT NOT NULL, address TEXT NOT NULL,
         status TEXT NOT NULL, notes TEXT NOT NULL, created_by TEXT REFERENCES users (id) ON DELETE SET NULL,
         created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, photo_count BIGINT NOT NULL DEFAULT 0))",
    "CREATE UNIQUE INDEX jobs_by_number ON jobs (number) WHERE number <> ''",
    "CREATE INDEX jobs_by_status ON jobs (status, id)",
    R"(CREATE TABLE job_assignees (
         job_id BIGINT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
         user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
         PRIMARY KEY (job_id, user_id)))",

    R"(CREATE TABLE locations (
         id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, latitude DOUBLE PRECISION, longitude DOUBLE PRECISION,
         altitude DOUBLE PRECISION, description TEXT NOT NULL, created_at BIGINT NOT NULL,
         updated_at BIGINT NOT NULL))",
    R"(CREATE TABLE assets (
         id TEXT PRIMARY KEY, code TEXT NOT NULL UNIQUE, name TEXT NOT NULL, type TEXT NOT NULL,
         description TEXT NOT NULL, location_id TEXT REFERENCES locations (id) ON DELETE SET NULL,
         created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL))",
    "CREATE INDEX assets_by_location ON assets (location_id, id)",

    R"(CREATE TABLE photos (
         seq @identity@, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, source TEXT NOT NULL,
         filename TEXT NOT NULL, original_filename TEXT NOT NULL, description TEXT NOT NULL, tags TEXT NOT NULL,
         job_id BIGINT REFERENCES jobs (id),
         asset_id TEXT REFERENCES assets (id) ON DELETE SET NULL,
         location_id TEXT REFERENCES locations (id) ON DELETE SET NULL,
         uploaded_by TEXT REFERENCES users (id) ON DELETE SET NULL,
         uploaded_at BIGINT NOT NULL, taken_at BIGINT NOT NULL, taken_source TEXT NOT NULL,
         taken_local TEXT NOT NULL, taken_offset_minutes BIGINT, file_taken_at BIGINT,
         camera_make TEXT NOT NULL, camera_model TEXT NOT NULL, lens TEXT NOT NULL,
         exposure_seconds DOUBLE PRECISION, f_number DOUBLE PRECISION, iso BIGINT,
         focal_length_mm DOUBLE PRECISION, orientation BIGINT NOT NULL,
         latitude DOUBLE PRECISION, longitude DOUBLE PRECISION, altitude DOUBLE PRECISION,
         media_type TEXT NOT NULL, width BIGINT NOT NULL, height BIGINT NOT NULL,
         display_width BIGINT NOT NULL, display_height BIGINT NOT NULL,
         file_bytes BIGINT NOT NULL, display_bytes BIGINT NOT NULL, thumbnail_bytes BIGINT NOT NULL,
         sha256 @bytes@ NOT NULL, original_key TEXT NOT NULL, display_key TEXT NOT NULL,
         thumbnail_key TEXT NOT NULL, thumbhash TEXT NOT NULL,
         duplicate_of TEXT REFERENCES photos (id) ON DELETE SET NULL,
         is_damaged BIGINT NOT NULL, damage TEXT NOT NULL, status TEXT NOT NULL, task_id TEXT,
         verdict TEXT NOT NULL, error TEXT NOT NULL))",
    "CREATE INDEX photos_by_taken ON photos (taken_at, id)",
    "CREATE INDEX photos_by_upload ON photos (uploaded_at, id)",
    "CREATE INDEX photos_by_job ON photos (job_id, taken_at, id) WHERE job_id IS NOT NULL",
    "CREATE INDEX photos_by_uploader ON photos (uploaded_by, taken_at, id) WHERE uploaded_by IS NOT NULL",
    "CREATE INDEX photos_by_asset ON photos (asset_id, taken_at, id) WHERE asset_id IS NOT NULL",
    "CREATE INDEX photos_by_location ON photos (location_id, taken_at, id) WHERE location_id IS NOT NULL",
    "CREATE INDEX photos_by_verdict ON photos (verdict, taken_at, id) WHERE verdict <> ''",
    "CREATE INDEX photos_by_position ON photos (latitude, longitude) WHERE latitude IS NOT NULL",
    "CREATE INDEX photos_by_hash ON photos (sha256, id)",
    "CREATE INDEX photos_by_first ON photos (duplicate_of) WHERE duplicate_of IS NOT NULL",
    // One each, because the listing names the status literally; nearly all rows are COMPLETED and need none.
    "CREATE INDEX photos_pending ON photos (taken_at, id) WHERE status = 'PENDING'",
    "CREATE INDEX photos_processing ON photos (taken_at, id) WHERE status = 'PROCESSING'",
    "CREATE INDEX photos_failed ON photos (taken_at, id) WHERE status = 'FAILED'",
    "CREATE UNIQUE INDEX photos_by_job_file ON photos (job_id, filename) WHERE kind = 'job'",
    "CREATE UNIQUE INDEX photos_by_display_key ON photos (display_key) WHERE display_key <> ''",

    // Kilobytes a photo, read only when one photo is shown.
    R"(CREATE TABLE photo_metadata (
         photo_id TEXT PRIMARY KEY REFERENCES photos (id) ON DELETE CASCADE, json TEXT NOT NULL))",
    R"(CREATE TABLE photo_tags (
         tag TEXT NOT NULL, photo_id TEXT NOT NULL REFERENCES photos (id) ON DELETE CASCADE,
         PRIMARY KEY (tag, photo_id)))",
    "CREATE INDEX photo_tags_by_photo ON photo_tags (photo_id)",
    R"(CREATE TABLE photo_labels (
         label TEXT NOT NULL, photo_id TEXT NOT NULL REFERENCES photos (id) ON DELETE CASCADE,
         confidence DOUBLE PRECISION NOT NULL, PRIMARY KEY (label, photo_id)))",
    "CREATE INDEX photo_labels_by_photo ON photo_labels (photo_id)",
    // Kept by triggers, so that statistics of a million photos read some hundred rows.
    R"(CREATE TABLE photo_totals (
         day BIGINT NOT NULL, source TEXT NOT NULL, status TEXT NOT NULL, verdict TEXT NOT NULL,
         photos BIGINT NOT NULL, bytes BIGINT NOT NULL, PRIMARY KEY (day, source, status, verdict)))",

    R"(CREATE TABLE analyses (
         id TEXT PRIMARY KEY, photo_id TEXT NOT NULL REFERENCES photos (id) ON DELETE CASCADE,
         model TEXT NOT NULL, version TEXT NOT NULL, provider TEXT NOT NULL, labels TEXT NOT NULL,
         objects TEXT NOT NULL, text TEXT NOT NULL, properties TEXT NOT NULL, perceptual_hash BIGINT NOT NULL,
         duration_ms DOUBLE PRECISION NOT NULL, cost DOUBLE PRECISION NOT NULL, created_at BIGINT NOT NULL,
         latency BIGINT NOT NULL, UNIQUE (photo_id, model, version)))",

    // No reference to photos: a task outlives its photo, and says so.
    R"(CREATE TABLE tasks (
         id TEXT PRIMARY KEY, kind TEXT NOT NULL, queue TEXT NOT NULL, priority BIGINT NOT NULL,
         state TEXT NOT NULL, arguments TEXT NOT NULL, photo_id TEXT, group_id TEXT,
         attempts BIGINT NOT NULL, max_attempts BIGINT NOT NULL, run_at BIGINT NOT NULL,
         created_at BIGINT NOT NULL, started_at BIGINT, finished_at BIGINT, lease_owner TEXT NOT NULL,
         lease_until BIGINT, error TEXT NOT NULL, result TEXT NOT NULL, progress BIGINT NOT NULL,
         request_id TEXT NOT NULL))",
    R"(CREATE INDEX tasks_to_claim ON tasks (queue, priority DESC, id, run_at)
       WHERE state IN ('available', 'scheduled', 'retryable') AND kind <> 'batch_process_images')",
    "CREATE INDEX tasks_running ON tasks (lease_until) WHERE state = 'running'",
    "CREATE INDEX tasks_unfinished ON tasks (queue, state) "
    "WHERE state IN ('available', 'scheduled', 'retryable', 'running')",
    "CREATE INDEX tasks_finished ON tasks (finished_at) WHERE finished_at IS NOT NULL",
    "CREATE INDEX tasks_by_group ON tasks (group_id, state) WHERE group_id IS NOT NULL",
    "CREATE INDEX tasks_by_photo ON tasks (photo_id) WHERE photo_id IS NOT NULL",
};

inline constexpr std::string_view sqlite_search_and_totals[] = {
    R"(CREATE VIRTUAL TABLE photo_search USING fts5(
         description, tags, filename, original_filename, content = 'photos', content_rowid = 'seq',
         tokenize = "unicode61 remove_diacritics 2"))",
    R"(CREATE TRIGGER photo_added AFTER INSERT ON photos BEGIN
         INSERT INTO photo_search (rowid, description, tags, filename, original_filename)
           VALUES (new.seq, new.description, new.tags, new.filename, new.original_filename);
         UPDATE jobs SET photo_count = photo_count + 1 WHERE id = new.job_id;
         INSERT INTO photo_totals VALUES
           (new.uploaded_at / 86400000000, new.source, new.status, new.verdict, 1, new.file_bytes)
           ON CONFLICT DO UPDATE SET photos = photos + 1, bytes = bytes + excluded.bytes;
       END)",
    R"(CREATE TRIGGER photo_removed AFTER DELETE ON photos BEGIN
         INSERT INTO photo_search (photo_search, rowid, description, tags, filename, original_filename)
           VALUES ('delete', old.seq, old.description, old.tags, old.filename, old.original_filename);
         UPDATE jobs SET photo_count = photo_count - 1 WHERE id = old.job_id;
         UPDATE photo_totals SET photos = photos - 1, bytes = bytes - old.file_bytes
           WHERE day = old.uploaded_at / 86400000000 AND source = old.source AND status = old.status
             AND verdict = old.verdict;
       END)",
    R"(CREATE TRIGGER photo_described AFTER UPDATE OF description, tags, filename, original_filename ON photos BEGIN
         INSERT INTO photo_search (photo_search, rowid, description, tags, filename, original_filename)
           VALUES ('delete', old.seq, old.description, old.tags, old.filename, old.original_filename);
         INSERT INTO photo_search (rowid, description, tags, filename, original_filename)
           VALUES (new.seq, new.description, new.tags, new.filename, new.original_filename);
       END)",
    R"(CREATE TRIGGER photo_moved AFTER UPDATE OF job_id ON photos WHEN old.job_id IS NOT new.job_id BEGIN
         UPDATE jobs SET photo_count = photo_count - 1 WHERE id = old.job_id;
         UPDATE jobs SET photo_count = photo_count + 1 WHERE id = new.job_id;
       END)",
    R"(CREATE TRIGGER photo_judged AFTER UPDATE OF status, verdict ON photos
         WHEN old.status <> new.status OR old.verdict <> new.verdict BEGIN
         UPDATE photo_totals SET photos = photos - 1, bytes = bytes - old.file_bytes
           WHERE day = old.uploaded_at / 86400000000 AND source = old.source AND status = old.status
             AND verdict = old.verdict;
         INSERT INTO photo_totals VALUES
           (new.uploaded_at / 86400000000, new.source, new.status, new.verdict, 1, new.file_bytes)
           ON CONFLICT DO UPDATE SET photos = photos + 1, bytes = bytes + excluded.bytes;
       END)",
};

inline constexpr Migration migration{.version = 1,
                                     .name = "first schema",
                                     .statements = tables,
                                     .only_sqlite = sqlite_search_and_totals,
                                     .only_postgres = postgres_numbers_and_storage};

}  // namespace sightglass::database::first_schema
