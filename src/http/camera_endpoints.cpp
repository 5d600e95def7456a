// Cameras: which there are, how each stands, what it is set to.
#include <future>

#include "camera/settings.hpp"
#include "core/json_writer.hpp"
#include "database/cameras.hpp"
#include "http/camera_input.hpp"
#include "http/camera_json.hpp"
#include "http/object_access.hpp"
#include "http/station_access.hpp"
#include "telemetry/log.hpp"

namespace sightglass::http {
namespace {

using core::Result;
using database::Session;
using database::cameras::Camera;

core::Error worded(core::Error error) {
  return worded_conflict(std::move(error), "name", "another camera has this name already");
}

void write(const Services& services, core::JsonWriter& json, const Camera& row) {
  const auto open = services.cameras.find(row.id);
  const auto status = open ? std::optional(open->status()) : std::nullopt;
  write_camera(json, row, status ? &*status : nullptr);
}

Response answer(const Services& services, int code, const Camera& row) {
  std::string text;
  core::JsonWriter json(text);
  write(services, json, row);
  return Response::json(code, std::move(text));
}

Result<void> audit(const Services& services, Session& session, const Request& request, accounts::AuditEvent event) {
  event.object_type = "camera";
  return services.audit.append(session, request.caller, origin_of(request), event);
}

Result<Camera> existing(Session& session, const Request& request) {
  const auto id = core::CameraId::parse(request.captures.get("id"));
  if (id) {
    SG_ASSIGN(auto row, database::cameras::find(session, *id));
    if (row) return std::move(*row);
  }
  return core::fail(core::not_found("no such camera"));
}

// The rows are right; what is open follows them at the next look at the latest.
void follow_rows(const Services& services) {
  if (const auto refreshed = services.cameras.refresh(); !refreshed)
    telemetry::log_warning("the cameras are not as configured yet", {{"message", refreshed.error().message}});
  follow_stations(services);  // one that holds on to a camera of before would miss its triggers
}

Result<Response> list_cameras(const Services& services, const Request& /*request*/) {
  SG_ASSIGN(const auto rows, services.database.read([](Session& session) { return database::cameras::list(session); }));
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().key("results").begin_array();
  for (const auto& row : rows) write(services, json, row);
  json.end_array().end_object();
  return Response::json(200, std::move(text));
}

Result<Response> get_camera(const Services& services, const Request& request) {
  SG_ASSIGN(const auto row, services.database.read([&](Session& session) { return existing(session, request); }));
  return answer(services, 200, row);
}

Result<Response> create_camera(const Services& services, const Request& request) {
  SG_ASSIGN(const auto input, read_camera_input(request, true));
  const auto now = services.clock.now();
  Camera row{.id = core::CameraId::make(now), .node = services.cameras.node(), .created_at = now, .updated_at = now};
  SG_TRY(apply(input, services.secrets, row));
  const auto made = services.database.write([&](Session& session) -> Result<void> {
    SG_TRY(database::cameras::insert(session, row));
    return audit(services, session, request, {.action = "camera.create", .object_id = row.id.to_string()});
  });
  if (!made) return core::fail(worded(made.error()));
  follow_rows(services);
  return answer(services, 201, row);
}

// Whether the camera can be told so, and tells it. One that is not there is told when it comes.
Result<void> tell(const Services& services, core::CameraId id, const camera::Settings& settings) {
  const auto open = services.cameras.find(id);
  if (!open || camera::is_empty(settings)) return {};
  std::promise<Result<camera::Settings>> answer;
  auto answered = answer.get_future();
  open->configure(settings, [&answer](Result<camera::Settings> outcome) { answer.set_value(std::move(outcome)); });
  const auto outcome = answered.get();
  if (outcome || outcome.error().code == core::ErrorCode::unavailable) return {};
  return core::fail(outcome.error());
}

// Who works with a camera sets its exposure; what it is, and where, is for administrators.
Result<void> check_may_say(const CameraInput& input, const accounts::Caller& caller) {
  if (caller.role == core::Role::administrator) return {};
  if (!input.name && !input.driver && !input.address && !input.node && !input.enabled) return {};
  return core::fail(forbidden("only an administrator may change more of a camera than its settings"));
}

Result<Response> update_camera(const Services& services, const Request& request) {
  SG_ASSIGN(const auto input, read_camera_input(request, false));
  SG_TRY(check_may_say(input, request.caller));
  SG_ASSIGN(const auto before, services.database.read([&](Session& session) { return existing(session, request); }));
  SG_TRY(tell(services, before.id, input.settings));
  const auto row = services.database.write([&](Session& session) -> Result<Camera> {
    SG_ASSIGN(auto camera, existing(session, request));
    SG_ASSIGN(const auto changed, apply(input, services.secrets, camera));
    if (changed.empty()) return camera;
    camera.updated_at = services.clock.now();
    SG_TRY(database::cameras::update(session, camera));
    SG_TRY(audit(services, session, request,
                 {.action = "camera.update", .object_id = camera.id.to_string(), .details = details_of(changed)}));
    return camera;
  });
  if (!row) return core::fail(worded(row.error()));
  follow_rows(services);
  return answer(services, 200, *row);
}

Result<Response> delete_camera(const Services& services, const Request& request) {
  SG_TRY(services.database.write([&](Session& session) -> Result<void> {
    SG_ASSIGN(const auto camera, existing(session, request));
    SG_TRY(database::cameras::remove(session, camera.id));
    return audit(services, session, request, {.action = "camera.delete", .object_id = camera.id.to_string()});
  }));
  follow_rows(services);
  return Response::empty(204);
}

// Seconds pass until all cameras had time to answer.
Result<Response> discover_cameras(const Services& /*services*/, const Request& /*request*/) {
  SG_ASSIGN(const auto found, camera::discover());
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().key("results").begin_array();
  for (const auto& one : found) {
    json.begin_object().member("driver", camera::name_of(one.source.driver)).member("address", one.source.address);
    json.member("vendor", one.identity.vendor).member("model", one.identity.model);
    json.member("serial", one.identity.serial).end_object();
  }
  json.end_array().end_object();
  return Response::json(200, std::move(text));
}

Guard reads() { return {.area = accounts::Area::cameras}; }
Guard writes() {
  return {.least_role = core::Role::operator_, .area = accounts::Area::cameras, .access = accounts::Access::write};
}
// Addresses are where this machine connects to: those who may name them could make it knock at other doors.
Guard administers() {
  return {.least_role = core::Role::administrator, .area = accounts::Area::cameras, .access = accounts::Access::write};
}

}  // namespace

void add_camera_endpoints(EndpointTable& table, const Services& services) {
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/cameras",
                   .operation = "listCameras",
                   .guard = reads(),
                   .handle = bound(services, list_cameras)});
  table.push_back({.method = Method::post,
                   .pattern = "/api/v1/cameras",
                   .operation = "createCamera",
                   .guard = administers(),
                   .body = BodyKind::json,
                   .handle = bound(services, create_camera)});
  table.push_back({.method = Method::post,
                   .pattern = "/api/v1/cameras/discover",
                   .operation = "discoverCameras",
                   .guard = administers(),
                   .handle = [](const Request&) -> Result<Response> { return Response::deferred(); },
                   .patient = bound(services, discover_cameras)});
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/cameras/{id}",
                   .operation = "getCamera",
                   .guard = reads(),
                   .handle = bound(services, get_camera)});
  table.push_back({.method = Method::patch,
                   .pattern = "/api/v1/cameras/{id}",
                   .operation = "updateCamera",
                   .guard = writes(),
                   .body = BodyKind::json,
                   .handle = bound(services, update_camera)});
  table.push_back({.method = Method::delete_,
                   .pattern = "/api/v1/cameras/{id}",
                   .operation = "deleteCamera",
                   .guard = administers(),
                   .handle = bound(services, delete_camera)});
}

}  // namespace sightglass::http
