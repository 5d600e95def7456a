// Migration 24: inspection stations, the ids that wait at them, the journal of their triggers, and who is told.
#pragma once

#include <string_view>

#include "database/migrations/migrate.hpp"

namespace sightglass::database::station_tables {

inline constexpr std::string_view tables[] = {
    R"(CREATE TABLE stations (
         id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, camera_id TEXT REFERENCES cameras (id) ON DELETE SET NULL,
         trigger_settings TEXT NOT NULL, recipe TEXT NOT NULL, recipe_version BIGINT NOT NULL,
         is_enabled BIGINT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL))",

    R"(CREATE TABLE triggers (
         id TEXT PRIMARY KEY, station_id TEXT REFERENCES stations (id) ON DELETE SET NULL, station_name TEXT NOT NULL,
         node TEXT NOT NULL, name TEXT NOT NULL UNIQUE, image_id TEXT, frame_number BIGINT NOT NULL, device_ns BIGINT,
         triggered_at BIGINT NOT NULL, journaled_at BIGINT NOT NULL, judged_at BIGINT, durable_at BIGINT,
         state TEXT NOT NULL, verdict TEXT NOT NULL, reason TEXT NOT NULL, score DOUBLE PRECISION,
         threshold DOUBLE PRECISION, model TEXT NOT NULL, recipe_version BIGINT NOT NULL, recipe TEXT NOT NULL,
         camera_name TEXT NOT NULL, serial TEXT NOT NULL, settings TEXT NOT NULL, is_simulated BIGINT NOT NULL,
         results TEXT NOT NULL, folder TEXT NOT NULL, error TEXT NOT NULL, is_late BIGINT NOT NULL,
         photo_id TEXT REFERENCES photos (id) ON DELETE SET NULL, superseded_at BIGINT))",
    "CREATE INDEX triggers_by_station ON triggers (station_id, triggered_at, id)",
    "CREATE INDEX triggers_by_image_id ON triggers (node, image_id, triggered_at)",
    "CREATE INDEX triggers_unfinished ON triggers (node, id) WHERE state IN ('received', 'judged', 'built')",
    "CREATE INDEX triggers_by_photo ON triggers (photo_id) WHERE photo_id IS NOT NULL",

    // Rows stay when their ids were taken, so that the journal can say when each was stored and by whom.
    R"(CREATE TABLE waiting_ids (
         number @identity@, station_id TEXT REFERENCES stations (id) ON DELETE CASCADE, image_id TEXT NOT NULL,
         state TEXT NOT NULL, stored_at BIGINT NOT NULL, stored_by TEXT NOT NULL, expires_at BIGINT NOT NULL,
         trigger_id TEXT REFERENCES triggers (id) ON DELETE SET NULL, ended_at BIGINT))",
    "CREATE INDEX waiting_ids_that_wait ON waiting_ids (station_id, number) WHERE state = 'waiting'",
    "CREATE INDEX waiting_ids_by_trigger ON waiting_ids (trigger_id) WHERE trigger_id IS NOT NULL",

    // Counted with the rows of the journal, by days of UTC.
    R"(CREATE TABLE station_days (
         station_id TEXT NOT NULL REFERENCES stations (id) ON DELETE CASCADE, day TEXT NOT NULL,
         triggers BIGINT NOT NULL, ok BIGINT NOT NULL, ng BIGINT NOT NULL, lost BIGINT NOT NULL, failed BIGINT NOT NULL,
         late BIGINT NOT NULL, PRIMARY KEY (station_id, day)))",

    R"(CREATE TABLE outputs (
         id TEXT PRIMARY KEY, station_id TEXT NOT NULL REFERENCES stations (id) ON DELETE CASCADE, name TEXT NOT NULL,
         kind TEXT NOT NULL, settings TEXT NOT NULL, secret @bytes@ NOT NULL, is_enabled BIGINT NOT NULL,
         created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, UNIQUE (station_id, name)))",
    R"(CREATE TABLE deliveries (
         id TEXT PRIMARY KEY, output_id TEXT NOT NULL REFERENCES outputs (id) ON DELETE CASCADE,
         trigger_id TEXT REFERENCES triggers (id) ON DELETE CASCADE, node TEXT NOT NULL, message TEXT NOT NULL,
         state TEXT NOT NULL, attempts BIGINT NOT NULL, next_at BIGINT NOT NULL, error TEXT NOT NULL,
         created_at BIGINT NOT NULL, delivered_at BIGINT))",
    "CREATE INDEX deliveries_due ON deliveries (node, output_id, id) WHERE state = 'pending'",
    "CREATE INDEX deliveries_by_output ON deliveries (output_id, id)",
    "CREATE INDEX deliveries_by_trigger ON deliveries (trigger_id)",
};

// What happens at a station is a change of the station.
inline constexpr std::string_view sqlite_triggers[] = {
    R"(CREATE TRIGGER station_added_notice AFTER INSERT ON stations BEGIN
         INSERT INTO changes (at, type, change, object_id)
           VALUES (strftime('%s', 'now') + 0, 'station', 'created', new.id);
       END)",
    R"(CREATE TRIGGER station_changed_notice AFTER UPDATE ON stations BEGIN
         INSERT INTO changes (at, type, change, object_id)
           VALUES (strftime('%s', 'now') + 0, 'station', 'changed', new.id);
       END)",
    R"(CREATE TRIGGER station_removed_notice AFTER DELETE ON stations BEGIN
         INSERT INTO changes (at, type, change, object_id)
           VALUES (strftime('%s', 'now') + 0, 'station', 'deleted', old.id);
       END)",
    R"(CREATE TRIGGER trigger_added_notice AFTER INSERT ON triggers WHEN new.station_id IS NOT NULL BEGIN
         INSERT INTO changes (at, type, change, object_id)
           VALUES (strftime('%s', 'now') + 0, 'station', 'changed', new.station_id);
       END)",
    R"(CREATE TRIGGER trigger_changed_notice AFTER UPDATE ON triggers WHEN new.station_id IS NOT NULL BEGIN
         INSERT INTO changes (at, type, change, object_id)
           VALUES (strftime('%s', 'now') + 0, 'station', 'changed', new.station_id);
       END)",
    R"(CREATE TRIGGER waiting_id_added_notice AFTER INSERT ON waiting_ids WHEN new.station_id IS NOT NULL BEGIN
         INSERT INTO changes (at, type, change, object_id)
           VALUES (strftime('%s', 'now') + 0, 'station', 'changed', new.station_id);
       END)",
    R"(CREATE TRIGGER waiting_id_changed_notice AFTER UPDATE ON waiting_ids WHEN new.station_id IS NOT NULL BEGIN
         INSERT INTO changes (at, type, change, object_id)
           VALUES (strftime('%s', 'now') + 0, 'station', 'changed', new.station_id);
       END)",
};

inline constexpr std::string_view postgres_triggers[] = {
    R"(CREATE CONSTRAINT TRIGGER station_notice AFTER INSERT OR UPDATE OR DELETE ON stations
         DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_thing('station'))",
    R"(CREATE FUNCTION note_station() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         IF NEW.station_id IS NOT NULL THEN
           PERFORM note_change('station', 'changed', NEW.station_id, NULL, NULL, NULL);
         END IF;
         RETURN NULL;
       END $$)",
    R"(CREATE CONSTRAINT TRIGGER trigger_notice AFTER INSERT OR UPDATE ON triggers
         DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_station())",
    R"(CREATE CONSTRAINT TRIGGER waiting_id_notice AFTER INSERT OR UPDATE ON waiting_ids
         DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_station())",
};

inline constexpr Migration migration{.version = 24,
                                     .name = "stations, their triggers and outputs",
                                     .statements = tables,
                                     .only_sqlite = sqlite_triggers,
                                     .only_postgres = postgres_triggers};

}  // namespace sightglass::database::station_tables
