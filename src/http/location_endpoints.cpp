// Locations, at /api/v1/locations and at the short address /locations.
#include <algorithm>

#include "care/catalogue_sidecars.hpp"
#include "core/json_writer.hpp"
#include "database/catalogue.hpp"
#include "database/pull_sources.hpp"
#include "http/endpoint_support.hpp"
#include "http/json_body.hpp"
#include "http/object_access.hpp"
#include "http/page_cursor.hpp"
#include "http/position_input.hpp"
#include "http/species_endpoints.hpp"

namespace sightglass::http {
namespace {

// What a person may say of a location; absent members are left alone.
struct LocationInput {
  std::optional<std::string> name{}, description{};
  PositionInput position{};
};

core::Result<LocationInput> read_input(const Request& request) {
  SG_ASSIGN(auto body, JsonObject::parse(request));
  LocationInput input{.name = body.optional_string("name", 500),
                      .description = body.optional_string("description", 20'000),
                      .position = read_position(body)};
  SG_TRY(body.finish());
  return input;
}

core::Result<ChangedFields> apply(const LocationInput& input, core::Location& location) {
  ChangedFields changed;
  replace(changed, "name", location.name, input.name);
  replace(changed, "description", location.description, input.description);
  SG_ASSIGN(const auto position, merged(location.position, input.position));
  if (position != location.position) {
    location.position = position;
    changed.push_back("position");
  }
  if (location.name.empty()) return core::fail(core::invalid_input("name", "a location needs a name"));
  return changed;
}

core::Error worded(core::Error error) {
  return worded_conflict(std::move(error), "name", "another location has this name already");
}

void write_location(core::JsonWriter& json, const core::Location& location) {
  json.begin_object().member("id", location.id.to_string()).member("name", location.name);
  if (location.position) {
    json.member("latitude", location.position->latitude).member("longitude", location.position->longitude);
    json.member("altitude", location.position->altitude);
  } else {
    json.key("latitude").null().key("longitude").null().key("altitude").null();
  }
  json.member("description", location.description);
  json.member("created_at", core::to_iso8601(location.created_at));
  json.member("updated_at", core::to_iso8601(location.updated_at)).end_object();
}

Response answer(int status, const core::Location& location) {
  std::string text;
  core::JsonWriter json(text);
  write_location(json, location);
  return Response::json(status, std::move(text));
}

core::Result<void> audit(const Services& services, database::Session& session, const Request& request,
                         accounts::AuditEvent event) {
  event.object_type = "location";
  return services.audit.append(session, request.caller, origin_of(request), event);
}

core::Result<core::Location> existing(database::Session& session, const Request& request) {
  SG_ASSIGN(const auto id, captured_location(request));
  SG_ASSIGN(auto location, database::locations::find(session, id));
  if (!location) return core::fail(core::not_found("no such location"));
  return std::move(*location);
}

core::Result<Response> create_location(const Services& services, const Request& request) {
  SG_ASSIGN(const auto input, read_input(request));
  const auto now = services.clock.now();
  core::Location location{.id = core::LocationId::make(now), .created_at = now, .updated_at = now};
  SG_TRY(apply(input, location));
  const auto made = services.database.write([&](database::Session& session) -> core::Result<void> {
    SG_TRY(database::locations::insert(session, location));
    return audit(services, session, request, {.action = "location.create", .object_id = location.id.to_string()});
  });
  if (!made) return core::fail(worded(made.error()));
  log_stale_sidecar(care::refresh_location_sidecar(services.blobs, services.database, location.id), "location",
                    location.id.to_string());
  return answer(201, location);
}

core::Result<Response> list_locations(const Services& services, const Request& request) {
  QueryReader query(request);
  const auto page = read_page(query);
  database::locations::Filter filter{.text = query.text("q"), .limit = page.limit + 1};
  SG_TRY(query.finish());
  SG_ASSIGN(filter.after, read_id_cursor<core::LocationId>("locations", page.cursor));
  SG_ASSIGN(auto locations, services.database.read([&](database::Session& session) {
    return database::locations::list(session, filter);
  }));
  const auto next = cut_page(locations, page.limit, "locations");
  return Response::json(200, page_json(locations, next, write_location));
}

core::Result<Response> get_location(const Services& services, const Request& request) {
  SG_ASSIGN(const auto location,
            services.database.read([&](database::Session& session) { return existing(session, request); }));
  return answer(200, location);
}

core::Result<core::Location> change_location(const Services& services, const Request& request,
                                             database::Session& session, const LocationInput& input) {
  SG_ASSIGN(auto location, existing(session, request));
  SG_ASSIGN(const auto changed, apply(input, location));
  if (changed.empty()) return location;
  location.updated_at = services.clock.now();
  SG_TRY(database::locations::update(session, location));
  SG_TRY(audit(services, session, request,
               {.action = "location.update", .object_id = location.id.to_string(), .details = details_of(changed)}));
  return location;
}

core::Result<Response> update_location(const Services& services, const Request& request) {
  SG_ASSIGN(const auto input, read_input(request));
  const auto location = services.database.write(
      [&](database::Session& session) { return change_location(services, request, session, input); });
  if (!location) return core::fail(worded(location.error()));
  log_stale_sidecar(care::refresh_location_sidecar(services.blobs, services.database, location->id), "location",
                    location->id.to_string());
  return answer(200, *location);
}

// The schema would quietly forget the location of whatever names it; a person decides that.
core::Result<void> check_unnamed(database::Session& session, core::LocationId id) {
  SG_ASSIGN(const bool has_photos_here, has_photos(session, {.location = id}));
  SG_ASSIGN(const auto assets_here, database::assets::list(session, {.location = id, .limit = 1}));
  if (has_photos_here || !assets_here.empty())
    return core::fail(core::ErrorCode::conflict, "photos or assets name this location; change them first");
  SG_ASSIGN(const auto sources, database::pull_sources::list(session, database::pull_sources::Which::all));
  const auto source = std::ranges::find(sources, std::optional(id), &database::pull_sources::Source::location_id);
  if (source == sources.end()) return {};
  return core::fail(core::ErrorCode::conflict,
                    "the source \"" + source->name + "\" names this location; change it first");
}

core::Result<Response> delete_location(const Services& services, const Request& request) {
  const auto removed = services.database.write([&](database::Session& session) -> core::Result<core::LocationId> {
    SG_ASSIGN(const auto location, existing(session, request));
    SG_TRY(check_unnamed(session, location.id));
    SG_TRY(database::locations::remove(session, location.id));
    SG_TRY(audit(services, session, request, {.action = "location.delete", .object_id = location.id.to_string()}));
    return location.id;
  });
  if (!removed) return core::fail(removed.error());
  log_stale_sidecar(care::refresh_location_sidecar(services.blobs, services.database, *removed), "location",
                    removed->to_string());
  return Response::empty(204);
}

struct Addresses {
  std::string_view all, one;                            // patterns
  std::string_view list, create, read, update, remove;  // operations
};

void add_rows(EndpointTable& table, const Services& services, const Addresses& at) {
  const Guard reads{.area = accounts::Area::locations};
  const Guard writes{
      .least_role = core::Role::operator_, .area = accounts::Area::locations, .access = accounts::Access::write};
  table.push_back({.method = Method::get,
                   .pattern = at.all,
                   .operation = at.list,
                   .guard = reads,
                   .handle = bound_with_query(services, list_locations)});
  table.push_back({.method = Method::post,
                   .pattern = at.all,
                   .operation = at.create,
                   .guard = writes,
                   .body = BodyKind::json,
                   .handle = bound(services, create_location)});
  table.push_back({.method = Method::get,
                   .pattern = at.one,
                   .operation = at.read,
                   .guard = reads,
                   .handle = bound(services, get_location)});
  table.push_back({.method = Method::patch,
                   .pattern = at.one,
                   .operation = at.update,
                   .guard = writes,
                   .body = BodyKind::json,
                   .handle = bound(services, update_location)});
  table.push_back({.method = Method::delete_,
                   .pattern = at.one,
                   .operation = at.remove,
                   .guard = writes,
                   .handle = bound(services, delete_location)});
}

}  // namespace

void add_location_endpoints(EndpointTable& table, const Services& services) {
  add_rows(table, services,
           {"/api/v1/locations", "/api/v1/locations/{id}", "listLocations", "createLocation", "getLocation",
            "updateLocation", "deleteLocation"});
  add_rows(table, services,
           {"/locations", "/locations/{id}", "listLocationsShort", "createLocationShort", "getLocationShort",
            "updateLocationShort", "deleteLocationShort"});
  add_species_endpoints(table, services);
}

}  // namespace sightglass::http
