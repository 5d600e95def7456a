// Migration 15: models, where they hold, what they made of photos.
#pragma once

#include <string_view>

#include "database/migrations/migrate.hpp"

namespace sightglass::database::model_tables {

inline constexpr std::string_view tables[] = {
    // `sha256` in hexadecimal digits, over the bundle; `manifest` and `metrics` are JSON objects.
    R"(CREATE TABLE models (
         id TEXT PRIMARY KEY, name TEXT NOT NULL, version TEXT NOT NULL, task TEXT NOT NULL, format TEXT NOT NULL,
         state TEXT NOT NULL, origin TEXT NOT NULL, manifest TEXT NOT NULL, metrics TEXT NOT NULL,
         key_prefix TEXT NOT NULL, bytes BIGINT NOT NULL, sha256 TEXT NOT NULL, training_run TEXT,
         created_at BIGINT NOT NULL, created_by TEXT NOT NULL, error TEXT NOT NULL, UNIQUE (name, version)))",
    "CREATE INDEX models_by_task ON models (task, id)",

    // `previous_id` is what a rollback goes back to. At most one is current for a task and scope.
    R"(CREATE TABLE model_promotions (
         id TEXT PRIMARY KEY, task TEXT NOT NULL, scope_kind TEXT NOT NULL, scope_value TEXT NOT NULL,
         model_id TEXT NOT NULL REFERENCES models (id) ON DELETE CASCADE,
         previous_id TEXT REFERENCES models (id) ON DELETE SET NULL, promoted_at BIGINT NOT NULL,
         promoted_by TEXT NOT NULL, rule TEXT NOT NULL, why TEXT NOT NULL, is_current BIGINT NOT NULL))",
    R"(CREATE UNIQUE INDEX model_promotions_current ON model_promotions (task, scope_kind, scope_value)
         WHERE is_current = 1)",
    "CREATE INDEX model_promotions_by_model ON model_promotions (model_id, id)",

    R"(CREATE TABLE embeddings (
         photo_id TEXT NOT NULL REFERENCES photos (id) ON DELETE CASCADE, model TEXT NOT NULL, region TEXT NOT NULL,
         bytes @bytes@ NOT NULL, made_at BIGINT NOT NULL, PRIMARY KEY (photo_id, model, region)))",
    "CREATE INDEX embeddings_by_model ON embeddings (model, region, photo_id)",

    R"(CREATE TABLE result_cache (
         sha256 @bytes@ NOT NULL, pipeline TEXT NOT NULL, result TEXT NOT NULL, made_at BIGINT NOT NULL,
         expires_at BIGINT NOT NULL, PRIMARY KEY (sha256, pipeline)))",
    "CREATE INDEX result_cache_by_expiry ON result_cache (expires_at)",
};

// That a model is promoted is a change of the model.
inline constexpr std::string_view sqlite_triggers[] = {
    R"(CREATE TRIGGER model_added_notice AFTER INSERT ON models BEGIN
         INSERT INTO changes (at, type, change, object_id)
           VALUES (strftime('%s', 'now') + 0, 'model', 'created', new.id);
       END)",
    R"(CREATE TRIGGER model_changed_notice AFTER UPDATE ON models BEGIN
         INSERT INTO changes (at, type, change, object_id)
           VALUES (strftime('%s', 'now') + 0, 'model', 'changed', new.id);
       END)",
    R"(CREATE TRIGGER model_promoted_notice AFTER INSERT ON model_promotions BEGIN
         INSERT INTO changes (at, type, change, object_id)
           VALUES (strftime('%s', 'now') + 0, 'model', 'changed', new.model_id);
       END)",
    R"(CREATE TRIGGER model_demoted_notice AFTER UPDATE OF is_current ON model_promotions BEGIN
         INSERT INTO changes (at, type, change, object_id)
           VALUES (strftime('%s', 'now') + 0, 'model', 'changed', new.model_id);
       END)",
};

inline constexpr std::string_view postgres_triggers[] = {
    R"(CREATE CONSTRAINT TRIGGER model_notice AFTER INSERT OR UPDATE ON models
         DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_thing('model'))",
    R"(CREATE FUNCTION note_promotion() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         PERFORM note_change('model', 'changed', NEW.model_id, NULL, NULL, NULL);
         RETURN NULL;
       END $$)",
    R"(CREATE CONSTRAINT TRIGGER model_promotion_notice AFTER INSERT OR UPDATE OF is_current ON model_promotions
         DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_promotion())",
};

inline constexpr Migration migration{.version = 15,
                                     .name = "models",
                                     .statements = tables,
                                     .only_sqlite = sqlite_triggers,
                                     .only_postgres = postgres_triggers};

}  // namespace sightglass::database::model_tables
