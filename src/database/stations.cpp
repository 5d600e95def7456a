#include "database/stations.hpp"

namespace sightglass::database::stations {
namespace {

const std::string select_stations =
    "SELECT id, name, camera_id, trigger_settings, recipe, recipe_version, is_enabled, created_at, updated_at "
    "FROM stations";

Station read_station(const Row& row) {
  return {.id = row.id<core::StationId>(0),
          .name = row.string(1),
          .camera_id = row.optional_id<core::CameraId>(2),
          .trigger = row.string(3),
          .recipe = row.string(4),
          .recipe_version = row.integer(5),
          .is_enabled = row.boolean(6),
          .created_at = row.instant(7),
          .updated_at = row.instant(8)};
}

}  // namespace

core::Result<void> insert(Session& session, const Station& station) {
  SG_TRY(session.execute(
      "INSERT INTO stations (id, name, camera_id, trigger_settings, recipe, recipe_version, is_enabled, created_at, "
      "updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
      {station.id, station.name, station.camera_id, station.trigger, station.recipe, station.recipe_version,
       station.is_enabled, station.created_at, station.updated_at}));
  return {};
}

core::Result<void> update(Session& session, const Station& station) {
  SG_TRY(session.execute(
      "UPDATE stations SET name = $2, camera_id = $3, trigger_settings = $4, recipe = $5, recipe_version = $6, "
      "is_enabled = $7, updated_at = $8 WHERE id = $1",
      {station.id, station.name, station.camera_id, station.trigger, station.recipe, station.recipe_version,
       station.is_enabled, station.updated_at}));
  return {};
}

core::Result<void> remove(Session& session, core::StationId id) {
  SG_TRY(session.execute("DELETE FROM stations WHERE id = $1", {id}));
  return {};
}

core::Result<std::optional<Station>> find(Session& session, core::StationId id) {
  return session.first(select_stations + " WHERE id = $1", {id}, read_station);
}

core::Result<std::optional<Station>> find_named(Session& session, std::string_view name) {
  return session.first(select_stations + " WHERE name = $1", {name}, read_station);
}

core::Result<std::vector<Station>> list(Session& session) {
  return session.all(select_stations + " ORDER BY created_at, id", {}, read_station);
}

core::Result<void> count(Session& session, core::StationId id, const Day& by) {
  SG_TRY(
      session.execute("INSERT INTO station_days (station_id, day, triggers, ok, ng, lost, failed, late) "
                      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (station_id, day) DO UPDATE SET "
                      "triggers = station_days.triggers + excluded.triggers, ok = station_days.ok + excluded.ok, "
                      "ng = station_days.ng + excluded.ng, lost = station_days.lost + excluded.lost, "
                      "failed = station_days.failed + excluded.failed, late = station_days.late + excluded.late",
                      {id, by.day, by.triggers, by.ok, by.ng, by.lost, by.failed, by.late}));
  return {};
}

core::Result<Day> counted(Session& session, core::StationId id, std::string_view day) {
  SG_ASSIGN(
      auto found,
      session.first("SELECT triggers, ok, ng, lost, failed, late FROM station_days WHERE station_id = $1 AND day = $2",
                    {id, day}, [&](const Row& row) {
                      return Day{.day = std::string(day),
                                 .triggers = row.integer(0),
                                 .ok = row.integer(1),
                                 .ng = row.integer(2),
                                 .lost = row.integer(3),
                                 .failed = row.integer(4),
                                 .late = row.integer(5)};
                    }));
  return found ? std::move(*found) : Day{.day = std::string(day)};
}

std::string day_of(core::Instant at) { return core::to_iso8601(at).substr(0, 10); }

}  // namespace sightglass::database::stations
