// Migration 4: pairs of a job's photos, before and after.
#pragma once

#include <string_view>

#include "database/migrations/migrate.hpp"

namespace sightglass::database::photo_pairs {

inline constexpr std::string_view tables[] = {
    R"(CREATE TABLE photo_pairs (
         id TEXT PRIMARY KEY, job_id BIGINT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
         before_id TEXT NOT NULL REFERENCES photos (id) ON DELETE CASCADE,
         after_id TEXT NOT NULL REFERENCES photos (id) ON DELETE CASCADE,
         title TEXT NOT NULL, created_by TEXT REFERENCES users (id) ON DELETE SET NULL,
         created_at BIGINT NOT NULL, UNIQUE (job_id, before_id, after_id)))",
    // A photo that is deleted takes its pairs along.
    "CREATE INDEX photo_pairs_by_before ON photo_pairs (before_id)",
    "CREATE INDEX photo_pairs_by_after ON photo_pairs (after_id)",
};

inline constexpr Migration migration{.version = 4, .name = "photo pairs", .statements = tables};

}  // namespace sightglass::database::photo_pairs
