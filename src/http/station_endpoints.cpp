// Inspection stations: which there are, how each stands, what they are to do.
#include <algorithm>

#include "core/json_writer.hpp"
#include "database/cameras.hpp"
#include "database/stations.hpp"
#include "database/waiting_ids.hpp"
#include "fmt/format.h"
#include "http/object_access.hpp"
#include "http/station_access.hpp"
#include "http/station_input.hpp"
#include "http/station_json.hpp"
#include "inspection/frame_models.hpp"
#include "stations/recipe.hpp"

namespace sightglass::http {
namespace {

using core::Result;
using database::Session;
using database::stations::Station;

core::Error worded(core::Error error) {
  if (!error.field.empty()) return error;
  return worded_conflict(std::move(error), "name", "another station has this name already");
}

Result<void> audit(const Services& services, Session& session, const Request& request, accounts::AuditEvent event) {
  event.object_type = "station";
  return services.audit.append(session, request.caller, origin_of(request), event);
}

Result<Response> answer(const Services& services, int code, const Station& row) {
  SG_ASSIGN(const auto facts,
            services.database.read([&](Session& session) { return read_facts(session, row, services.clock.now()); }));
  std::string text;
  core::JsonWriter json(text);
  write_station(json, facts, services.stations.status(row.id));
  return Response::json(code, std::move(text));
}

Result<Response> list_stations(const Services& services, const Request& /*request*/) {
  SG_ASSIGN(const auto all, services.database.read([&](Session& session) -> Result<std::vector<StationFacts>> {
    SG_ASSIGN(auto rows, database::stations::list(session));
    std::vector<StationFacts> facts;
    for (auto& row : rows) {
      SG_ASSIGN(auto one, read_facts(session, std::move(row), services.clock.now()));
      facts.push_back(std::move(one));
    }
    return facts;
  }));
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().key("results").begin_array();
  for (const auto& facts : all) write_station(json, facts, services.stations.status(facts.row.id));
  json.end_array().end_object();
  return Response::json(200, std::move(text));
}

Result<Response> get_station(const Services& services, const Request& request) {
  SG_ASSIGN(const auto row,
            services.database.read([&](Session& session) { return captured_station(session, request); }));
  return answer(services, 200, row);
}

// A camera has one trigger, so it works for one station at a time.
Result<void> check_camera(Session& session, const Station& station) {
  if (!station.camera_id) return {};
  SG_ASSIGN(const auto camera, database::cameras::find(session, *station.camera_id));
  if (!camera) return core::fail(core::invalid_input("camera_id", "there is no camera with this id"));
  if (!station.is_enabled) return {};
  SG_ASSIGN(const auto rows, database::stations::list(session));
  const auto rival = std::ranges::find_if(rows, [&](const Station& other) {
    return other.id != station.id && other.is_enabled && other.camera_id == station.camera_id;
  });
  if (rival == rows.end()) return {};
  return core::fail({.code = core::ErrorCode::conflict,
                     .message = fmt::format("the camera works for the station \"{}\" already", rival->name),
                     .field = "camera_id"});
}

// That it will judge is known now, and not by the first part: a model that goes later is told of by its frames.
Result<void> check_model(Session& session, const Station& station) {
  SG_ASSIGN(const auto recipe, stations::recipe_from_json(station.recipe));
  if (recipe.model.empty()) return {};
  SG_ASSIGN(const auto model, inspection::check_frame_model(session, recipe.model, "recipe.model"));
  if (!recipe.align || inspection::may_align(model)) return {};
  return core::fail(core::invalid_input(
      "recipe.align", fmt::format("recipe.align: {}@{} was not learnt aligned; train one with the method align",
                                  model.name, model.version)));
}

// What was entered before there was any station was meant for the first.
Result<void> adopt_ids(Session& session, const Station& station) {
  SG_ASSIGN(const auto rows, database::stations::list(session));
  if (rows.size() != 1) return {};
  SG_TRY(database::waiting_ids::adopt(session, station.id, station.created_at));
  return {};
}

Result<Response> create_station(const Services& services, const Request& request) {
  SG_ASSIGN(const auto input, read_station_input(request, true));
  const auto now = services.clock.now();
  Station row{.id = core::StationId::make(now), .created_at = now, .updated_at = now};
  apply(input, row);
  row.recipe_version = 1;
  const auto made = services.database.write([&](Session& session) -> Result<void> {
    SG_TRY(check_camera(session, row));
    SG_TRY(check_model(session, row));
    SG_TRY(database::stations::insert(session, row));
    SG_TRY(adopt_ids(session, row));
    return audit(services, session, request, {.action = "station.create", .object_id = row.id.to_string()});
  });
  if (!made) return core::fail(worded(made.error()));
  follow_stations(services);
  return answer(services, 201, row);
}

Result<Response> update_station(const Services& services, const Request& request) {
  SG_ASSIGN(const auto input, read_station_input(request, false));
  const auto row = services.database.write([&](Session& session) -> Result<Station> {
    SG_ASSIGN(auto station, captured_station(session, request));
    const auto changed = apply(input, station);
    if (changed.empty()) return station;
    SG_TRY(check_camera(session, station));
    if (std::ranges::find(changed, "recipe") != changed.end()) SG_TRY(check_model(session, station));
    station.updated_at = services.clock.now();
    SG_TRY(database::stations::update(session, station));
    SG_TRY(audit(services, session, request,
                 {.action = "station.update", .object_id = station.id.to_string(), .details = details_of(changed)}));
    return station;
  });
  if (!row) return core::fail(worded(row.error()));
  follow_stations(services);
  return answer(services, 200, *row);
}

Result<Response> delete_station(const Services& services, const Request& request) {
  // It ends before its row does: what its camera gave by then is still journaled under it.
  SG_TRY(services.database.write([&](Session& session) -> Result<void> {
    SG_ASSIGN(auto station, captured_station(session, request));
    station.is_enabled = false;
    return database::stations::update(session, station);
  }));
  follow_stations(services);
  SG_TRY(services.database.write([&](Session& session) -> Result<void> {
    SG_ASSIGN(const auto station, captured_station(session, request));
    SG_TRY(database::stations::remove(session, station.id));
    return audit(services, session, request, {.action = "station.delete", .object_id = station.id.to_string()});
  }));
  follow_stations(services);
  return Response::empty(204);
}

Guard reads() { return {.area = accounts::Area::stations}; }
Guard writes() {
  return {.least_role = core::Role::operator_, .area = accounts::Area::stations, .access = accounts::Access::write};
}

}  // namespace

void add_station_endpoints(EndpointTable& table, const Services& services) {
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/stations",
                   .operation = "listStations",
                   .guard = reads(),
                   .handle = bound(services, list_stations)});
  table.push_back({.method = Method::post,
                   .pattern = "/api/v1/stations",
                   .operation = "createStation",
                   .guard = writes(),
                   .body = BodyKind::json,
                   .handle = bound(services, create_station)});
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/stations/{id}",
                   .operation = "getStation",
                   .guard = reads(),
                   .handle = bound(services, get_station)});
  table.push_back({.method = Method::patch,
                   .pattern = "/api/v1/stations/{id}",
                   .operation = "updateStation",
                   .guard = writes(),
                   .body = BodyKind::json,
                   .handle = bound(services, update_station)});
  table.push_back({.method = Method::delete_,
                   .pattern = "/api/v1/stations/{id}",
                   .operation = "deleteStation",
                   .guard = writes(),
                   .handle = bound(services, delete_station)});
}

}  // namespace sightglass::http
