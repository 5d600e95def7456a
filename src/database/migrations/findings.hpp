// Migration 16: meters, findings, what people decided of them, and whose verdicts and labels are.
#pragma once

#include <string_view>

#include "database/migrations/migrate.hpp"

namespace sightglass::database::finding_tables {

inline constexpr std::string_view tables[] = {
    R"(CREATE TABLE meters (
         id TEXT PRIMARY KEY, asset_id TEXT NOT NULL REFERENCES assets (id) ON DELETE CASCADE, name TEXT NOT NULL,
         kind TEXT NOT NULL, unit TEXT NOT NULL, digits BIGINT NOT NULL, decimals BIGINT NOT NULL,
         rolls_over BIGINT NOT NULL, largest_rate DOUBLE PRECISION, profile TEXT NOT NULL,
         reference_photo TEXT REFERENCES photos (id) ON DELETE SET NULL, created_at BIGINT NOT NULL,
         updated_at BIGINT NOT NULL, UNIQUE (asset_id, name)))",
    "CREATE INDEX meters_by_photo ON meters (reference_photo) WHERE reference_photo IS NOT NULL",

    // One table for all kinds: they are decided, listed and kept alike. x to height are pixels of the upright original,
    // all NULL where the whole photo is meant; said_… is what a machine said first, however people corrected it: by
    // that it is known again.
    R"(CREATE TABLE findings (
         id TEXT PRIMARY KEY, photo_id TEXT NOT NULL REFERENCES photos (id) ON DELETE CASCADE, kind TEXT NOT NULL,
         state TEXT NOT NULL, is_by_person BIGINT NOT NULL, class TEXT NOT NULL, severity TEXT NOT NULL,
         x DOUBLE PRECISION, y DOUBLE PRECISION, width DOUBLE PRECISION, height DOUBLE PRECISION,
         said_class TEXT NOT NULL, said_x DOUBLE PRECISION, said_y DOUBLE PRECISION, said_width DOUBLE PRECISION,
         said_height DOUBLE PRECISION, confidence DOUBLE PRECISION NOT NULL, score DOUBLE PRECISION,
         threshold DOUBLE PRECISION, model TEXT NOT NULL, version TEXT NOT NULL, details TEXT NOT NULL,
         heat_map TEXT NOT NULL, value DOUBLE PRECISION, value_text TEXT NOT NULL, raw_text TEXT NOT NULL,
         unit TEXT NOT NULL, reason TEXT NOT NULL, meter_id TEXT REFERENCES meters (id) ON DELETE SET NULL,
         count BIGINT NOT NULL, burst TEXT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL,
         decided_at BIGINT, decided_by TEXT NOT NULL, notes TEXT NOT NULL, revision BIGINT NOT NULL))",
    "CREATE INDEX findings_by_state ON findings (kind, state, created_at, id)",
    "CREATE INDEX findings_by_time ON findings (kind, created_at, id)",
    "CREATE INDEX findings_by_photo ON findings (photo_id, id)",
    "CREATE INDEX findings_by_class ON findings (kind, class, state)",
    "CREATE INDEX findings_by_meter ON findings (meter_id, created_at) WHERE meter_id IS NOT NULL",
    "CREATE INDEX findings_by_burst ON findings (burst) WHERE burst <> ''",

    // `finding_id` refers to nothing: what a person removed is told of as well. `before` and `after` are findings as
    // JSON, or empty where there was or is none.
    R"(CREATE TABLE decisions (
         id TEXT PRIMARY KEY, finding_id TEXT NOT NULL,
         photo_id TEXT NOT NULL REFERENCES photos (id) ON DELETE CASCADE, kind TEXT NOT NULL,
         user_id TEXT REFERENCES users (id) ON DELETE SET NULL, name TEXT NOT NULL, action TEXT NOT NULL,
         before TEXT NOT NULL, after TEXT NOT NULL, at BIGINT NOT NULL, seconds DOUBLE PRECISION,
         client_id TEXT NOT NULL, undone_by TEXT))",
    "CREATE INDEX decisions_by_photo ON decisions (photo_id, id)",
    "CREATE INDEX decisions_by_user ON decisions (user_id, id)",
    "CREATE INDEX decisions_by_finding ON decisions (finding_id, id)",
    "CREATE UNIQUE INDEX decisions_sent ON decisions (user_id, client_id) WHERE client_id <> ''",

    "CREATE TABLE finding_totals (kind TEXT NOT NULL, state TEXT NOT NULL, findings BIGINT NOT NULL, "
    "PRIMARY KEY (kind, state))",

    // Verdicts that stand by now are people's: no machine gave any.
    R"(CREATE TABLE photo_verdicts (
         photo_id TEXT PRIMARY KEY REFERENCES photos (id) ON DELETE CASCADE, is_by_person BIGINT NOT NULL,
         has_model BIGINT NOT NULL))",
    "INSERT INTO photo_verdicts (photo_id, is_by_person, has_model) SELECT id, 1, 0 FROM photos WHERE verdict <> ''",

    "ALTER TABLE photo_labels ADD COLUMN origin TEXT NOT NULL DEFAULT 'machine'",
    // What a person took away stays away, whatever is computed later.
    R"(CREATE TABLE removed_labels (
         photo_id TEXT NOT NULL REFERENCES photos (id) ON DELETE CASCADE, label TEXT NOT NULL,
         PRIMARY KEY (photo_id, label)))",
};

inline constexpr std::string_view sqlite_triggers[] = {
    R"(CREATE TRIGGER finding_added AFTER INSERT ON findings BEGIN
         INSERT INTO changes (at, type, change, object_id, photo_id)
           VALUES (strftime('%s', 'now') + 0, 'finding', 'created', new.id, new.photo_id);
         INSERT INTO finding_totals VALUES (new.kind, new.state, 1) ON CONFLICT DO UPDATE SET findings = findings + 1;
       END)",
    R"(CREATE TRIGGER finding_changed AFTER UPDATE ON findings BEGIN
         INSERT INTO changes (at, type, change, object_id, photo_id)
           VALUES (strftime('%s', 'now') + 0, 'finding', 'changed', new.id, new.photo_id);
       END)",
    R"(CREATE TRIGGER finding_moved AFTER UPDATE OF state ON findings WHEN old.state <> new.state BEGIN
         UPDATE finding_totals SET findings = findings - 1 WHERE kind = old.kind AND state = old.state;
         INSERT INTO finding_totals VALUES (new.kind, new.state, 1) ON CONFLICT DO UPDATE SET findings = findings + 1;
       END)",
    R"(CREATE TRIGGER finding_removed AFTER DELETE ON findings BEGIN
         INSERT INTO changes (at, type, change, object_id, photo_id)
           VALUES (strftime('%s', 'now') + 0, 'finding', 'deleted', old.id, old.photo_id);
         UPDATE finding_totals SET findings = findings - 1 WHERE kind = old.kind AND state = old.state;
       END)",
};

// Totals are sums of rows here, as those of tasks, so that writers wait for nobody.
inline constexpr std::string_view postgres_triggers[] = {
    R"(CREATE FUNCTION note_finding() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         IF TG_OP = 'DELETE' THEN
           PERFORM note_change('finding', 'deleted', OLD.id, NULL, OLD.photo_id, NULL);
         ELSE
           PERFORM note_change('finding', CASE TG_OP WHEN 'INSERT' THEN 'created' ELSE 'changed' END, NEW.id, NULL,
                               NEW.photo_id, NULL);
         END IF;
         RETURN NULL;
       END $$)",
    R"(CREATE CONSTRAINT TRIGGER finding_notice AFTER INSERT OR UPDATE OR DELETE ON findings
         DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_finding())",

    "ALTER TABLE finding_totals DROP CONSTRAINT finding_totals_pkey",
    R"(CREATE FUNCTION fold_finding_totals() RETURNS void LANGUAGE sql AS $$
         WITH gone AS (DELETE FROM finding_totals WHERE pg_try_advisory_xact_lock(21351, 6) RETURNING *)
         INSERT INTO finding_totals SELECT kind, state, sum(findings) FROM gone
           GROUP BY kind, state HAVING sum(findings) <> 0
       $$)",
    R"(CREATE FUNCTION count_findings() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         IF TG_OP <> 'DELETE' THEN
           INSERT INTO finding_totals SELECT kind, state, count(*) FROM come GROUP BY kind, state;
         END IF;
         IF TG_OP <> 'INSERT' THEN
           INSERT INTO finding_totals SELECT kind, state, -count(*) FROM gone GROUP BY kind, state;
         END IF;
         IF random() < 1.0 / 64 THEN PERFORM fold_finding_totals(); END IF;
         RETURN NULL;
       END $$)",
    R"(CREATE TRIGGER findings_added AFTER INSERT ON findings REFERENCING NEW TABLE AS come
         FOR EACH STATEMENT EXECUTE FUNCTION count_findings())",
    R"(CREATE TRIGGER findings_moved AFTER UPDATE ON findings REFERENCING OLD TABLE AS gone NEW TABLE AS come
         FOR EACH STATEMENT EXECUTE FUNCTION count_findings())",
    R"(CREATE TRIGGER findings_removed AFTER DELETE ON findings REFERENCING OLD TABLE AS gone
         FOR EACH STATEMENT EXECUTE FUNCTION count_findings())",
};

inline constexpr Migration migration{.version = 16,
                                     .name = "findings",
                                     .statements = tables,
                                     .only_sqlite = sqlite_triggers,
                                     .only_postgres = postgres_triggers};

}  // namespace sightglass::database::finding_tables
