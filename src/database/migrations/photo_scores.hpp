// Migration 19: what models that were taught here said of photos.
#pragma once

#include <string_view>

#include "database/migrations/migrate.hpp"

namespace sightglass::database::score_tables {

// Of each photo and task the last: what a model judges now is held against what it judged when it was promoted.
inline constexpr std::string_view statements[] = {
    R"(CREATE TABLE photo_scores (
         photo_id TEXT NOT NULL REFERENCES photos (id) ON DELETE CASCADE, task TEXT NOT NULL,
         model_id TEXT NOT NULL REFERENCES models (id) ON DELETE CASCADE, score DOUBLE PRECISION NOT NULL,
         threshold DOUBLE PRECISION NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (photo_id, task)))",
    "CREATE INDEX photo_scores_by_model ON photo_scores (model_id, at, photo_id)",
    "ALTER TABLE analyses ADD COLUMN scores TEXT NOT NULL DEFAULT '[]'",
};

inline constexpr Migration migration{.version = 19, .name = "scores of photos", .statements = statements};

}  // namespace sightglass::database::score_tables
