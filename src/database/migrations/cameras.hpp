// Migration 23: cameras that people have configured, and what is known of each picture that one took when asked.
#pragma once

#include <string_view>

#include "database/migrations/migrate.hpp"

namespace sightglass::database::camera_tables {

inline constexpr std::string_view tables[] = {
    R"(CREATE TABLE cameras (
         id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, driver TEXT NOT NULL, address TEXT NOT NULL,
         settings TEXT NOT NULL, node TEXT NOT NULL, is_enabled BIGINT NOT NULL, created_at BIGINT NOT NULL,
         updated_at BIGINT NOT NULL))",
    // What a camera was called outlives it, and so do its pictures.
    R"(CREATE TABLE captures (
         photo_id TEXT PRIMARY KEY REFERENCES photos (id) ON DELETE CASCADE,
         camera_id TEXT REFERENCES cameras (id) ON DELETE SET NULL, camera_name TEXT NOT NULL, serial TEXT NOT NULL,
         user_id TEXT, job_id BIGINT, captured_at BIGINT NOT NULL, x DOUBLE PRECISION, y DOUBLE PRECISION,
         z DOUBLE PRECISION, exposure_ms DOUBLE PRECISION, gain DOUBLE PRECISION, frame_number BIGINT NOT NULL,
         device_ns BIGINT, tries BIGINT NOT NULL, is_simulated BIGINT NOT NULL, settings TEXT NOT NULL))",
    "CREATE INDEX captures_by_job ON captures (job_id, captured_at)",
    "CREATE INDEX captures_by_user ON captures (user_id, captured_at)",
    "CREATE INDEX captures_by_time ON captures (captured_at)",
    "CREATE INDEX captures_by_camera ON captures (camera_id, captured_at)",
};

inline constexpr Migration migration{.version = 23, .name = "cameras and captures", .statements = tables};

}  // namespace sightglass::database::camera_tables
