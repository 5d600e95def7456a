// Migration 21: whether the scores of models that hold are still those of their goods.
#pragma once

#include <string_view>

#include "database/migrations/migrate.hpp"

namespace sightglass::database::drift_tables {

inline constexpr std::string_view tables[] = {
    R"(CREATE TABLE model_drift (
         model_id TEXT PRIMARY KEY REFERENCES models (id) ON DELETE CASCADE, state TEXT NOT NULL,
         since BIGINT NOT NULL, p DOUBLE PRECISION, distance DOUBLE PRECISION, goods BIGINT NOT NULL,
         recent BIGINT NOT NULL, checked_at BIGINT NOT NULL))",
};

// To who looks at a model this is a change of it.
inline constexpr std::string_view sqlite_triggers[] = {
    R"(CREATE TRIGGER model_drift_found_notice AFTER INSERT ON model_drift BEGIN
         INSERT INTO changes (at, type, change, object_id)
           VALUES (strftime('%s', 'now') + 0, 'model', 'changed', new.model_id);
       END)",
    R"(CREATE TRIGGER model_drift_changed_notice AFTER UPDATE ON model_drift BEGIN
         INSERT INTO changes (at, type, change, object_id)
           VALUES (strftime('%s', 'now') + 0, 'model', 'changed', new.model_id);
       END)",
};

inline constexpr std::string_view postgres_triggers[] = {
    R"(CREATE CONSTRAINT TRIGGER model_drift_notice AFTER INSERT OR UPDATE ON model_drift
         DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_promotion())",
};

inline constexpr Migration migration{.version = 21,
                                     .name = "drift of models",
                                     .statements = tables,
                                     .only_sqlite = sqlite_triggers,
                                     .only_postgres = postgres_triggers};

}  // namespace sightglass::database::drift_tables
