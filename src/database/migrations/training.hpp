// Migration 20: what models are learnt of, and the runs that learn.
#pragma once

#include <string_view>

#include "database/migrations/migrate.hpp"

namespace sightglass::database::training_tables {

inline constexpr std::string_view tables[] = {
    // What a person says a photo is to a task and scope, whatever its findings say.
    R"(CREATE TABLE training_marks (
         photo_id TEXT NOT NULL REFERENCES photos (id) ON DELETE CASCADE, task TEXT NOT NULL, scope_kind TEXT NOT NULL,
         scope_value TEXT NOT NULL, mark TEXT NOT NULL, marked_by TEXT NOT NULL, marked_at BIGINT NOT NULL,
         PRIMARY KEY (photo_id, task, scope_kind, scope_value)))",
    "CREATE INDEX training_marks_by_scope ON training_marks (task, scope_kind, scope_value, photo_id)",

    // On which side a photo stands, from the first run that saw it on.
    R"(CREATE TABLE training_sides (
         photo_id TEXT PRIMARY KEY REFERENCES photos (id) ON DELETE CASCADE, is_held_out BIGINT NOT NULL,
         decided_at BIGINT NOT NULL))",

    // `task_id` outlives its task, which is forgotten some day; `settings`, `counts` and `result` are JSON.
    R"(CREATE TABLE training_runs (
         id TEXT PRIMARY KEY, task TEXT NOT NULL, scope_kind TEXT NOT NULL, scope_value TEXT NOT NULL,
         task_id TEXT NOT NULL, state TEXT NOT NULL, settings TEXT NOT NULL, counts TEXT NOT NULL,
         result TEXT NOT NULL, model_id TEXT REFERENCES models (id) ON DELETE SET NULL, error TEXT NOT NULL,
         created_at BIGINT NOT NULL, created_by TEXT NOT NULL, finished_at BIGINT))",
    "CREATE INDEX training_runs_by_scope ON training_runs (task, scope_kind, scope_value, id)",
    "CREATE INDEX training_runs_by_model ON training_runs (model_id) WHERE model_id IS NOT NULL",
};

inline constexpr Migration migration{.version = 20, .name = "training", .statements = tables};

}  // namespace sightglass::database::training_tables
