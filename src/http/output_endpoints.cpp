// Who is told of a station's verdicts, and what became of each telling.
#include "core/json_writer.hpp"
#include "database/cameras.hpp"
#include "database/outputs.hpp"
#include "http/object_access.hpp"
#include "http/output_input.hpp"
#include "http/page_cursor.hpp"
#include "http/station_access.hpp"
#include "http/trigger_json.hpp"
#include "stations/deliverer.hpp"

namespace sightglass::http {
namespace {

using core::JsonWriter;
using core::Result;
using database::Session;
using database::outputs::Delivery;
using database::outputs::Output;

constexpr std::string_view list_name = "deliveries";

core::Error worded(core::Error error) {
  return worded_conflict(std::move(error), "name", "the station has an output of this name already");
}

void write_output(JsonWriter& json, const Output& output) {
  json.begin_object().member("id", output.id.to_string()).member("name", output.name).member("kind", output.kind);
  json.key("settings").raw(output.settings).member("has_secret", !output.secret.empty());
  json.member("enabled", output.is_enabled).member("created_at", core::to_iso8601(output.created_at));
  json.member("updated_at", core::to_iso8601(output.updated_at)).end_object();
}

Response answer(int code, const Output& output) {
  std::string text;
  JsonWriter json(text);
  write_output(json, output);
  return Response::json(code, std::move(text));
}

Result<void> audit(const Services& services, Session& session, const Request& request, accounts::AuditEvent event) {
  event.object_type = "output";
  return services.audit.append(session, request.caller, origin_of(request), event);
}

Result<Response> list_outputs(const Services& services, const Request& request) {
  SG_ASSIGN(const auto rows, services.database.read([&](Session& session) -> Result<std::vector<Output>> {
    SG_ASSIGN(const auto station, captured_station(session, request));
    return database::outputs::of_station(session, station.id);
  }));
  std::string text;
  JsonWriter json(text);
  json.begin_object().key("results").begin_array();
  for (const auto& row : rows) write_output(json, row);
  json.end_array().end_object();
  return Response::json(200, std::move(text));
}

Result<Response> create_output(const Services& services, const Request& request) {
  SG_ASSIGN(const auto input, read_output_input(request, true));
  const auto now = services.clock.now();
  SG_ASSIGN(const auto station,
            services.database.read([&](Session& session) { return captured_station(session, request); }));
  Output row{.id = core::OutputId::make(now), .station_id = station.id, .created_at = now, .updated_at = now};
  SG_TRY(apply(input, services.secrets, station.name, row));
  SG_TRY(services.database.write([&](Session& session) -> Result<void> {
    SG_TRY(captured_station(session, request));
    if (const auto made = database::outputs::insert(session, row); !made) return core::fail(worded(made.error()));
    return audit(services, session, request, {.action = "output.create", .object_id = row.id.to_string()});
  }));
  services.wake_deliverer();
  return answer(201, row);
}

Result<Response> update_output(const Services& services, const Request& request) {
  SG_ASSIGN(const auto input, read_output_input(request, false));
  SG_ASSIGN(const auto row, services.database.write([&](Session& session) -> Result<Output> {
    SG_ASSIGN(auto output, captured_output(session, request));
    SG_ASSIGN(const auto station, database::stations::find(session, output.station_id));
    SG_ASSIGN(const auto changed, apply(input, services.secrets, station ? station->name : std::string(), output));
    if (changed.empty()) return output;
    output.updated_at = services.clock.now();
    if (const auto updated = database::outputs::update(session, output); !updated)
      return core::fail(worded(updated.error()));
    SG_TRY(audit(services, session, request,
                 {.action = "output.update", .object_id = output.id.to_string(), .details = details_of(changed)}));
    return output;
  }));
  services.wake_deliverer();
  return answer(200, row);
}

Result<Response> delete_output(const Services& services, const Request& request) {
  SG_TRY(services.database.write([&](Session& session) -> Result<void> {
    SG_ASSIGN(const auto output, captured_output(session, request));
    SG_TRY(database::outputs::remove(session, output.id));
    return audit(services, session, request, {.action = "output.delete", .object_id = output.id.to_string()});
  }));
  services.wake_deliverer();
  return Response::empty(204);
}

// The node that tells of this station's verdicts: its camera's.
Result<std::string> node_of(const Services& services, Session& session, const Output& output) {
  SG_ASSIGN(const auto station, database::stations::find(session, output.station_id));
  if (!station || !station->camera_id) return services.cameras.node();
  SG_ASSIGN(const auto camera, database::cameras::find(session, *station->camera_id));
  return camera && !services.cameras.owns(*camera) ? camera->node : services.cameras.node();
}

Result<Response> test_output(const Services& services, const Request& request) {
  std::string name;
  SG_ASSIGN(const auto delivery, services.database.write([&](Session& session) -> Result<Delivery> {
    SG_ASSIGN(const auto output, captured_output(session, request));
    name = output.name;
    SG_ASSIGN(const auto node, node_of(services, session, output));
    SG_ASSIGN(auto made, stations::enqueue_test(session, output, node, services.clock.now()));
    SG_TRY(audit(services, session, request, {.action = "output.test", .object_id = output.id.to_string()}));
    return made;
  }));
  services.wake_deliverer();
  std::string text;
  JsonWriter json(text);
  write_delivery(json, delivery, name);
  return Response::json(202, std::move(text));
}

Result<Response> list_deliveries(const Services& services, const Request& request) {
  QueryReader query(request);
  const auto page = read_page(query);
  SG_TRY(query.finish());
  SG_ASSIGN(const auto before, read_id_cursor<core::DeliveryId>(list_name, page.cursor));
  std::string name;
  SG_ASSIGN(auto rows, services.database.read([&](Session& session) -> Result<std::vector<Delivery>> {
    SG_ASSIGN(const auto output, captured_output(session, request));
    name = output.name;
    return database::outputs::deliveries(session, output.id, before, page.limit + 1);
  }));
  const auto next = cut_page(rows, page.limit, list_name);
  return Response::json(200, page_json(rows, next, [&](JsonWriter& json, const Delivery& delivery) {
                          write_delivery(json, delivery, name);
                        }));
}

Guard reads() { return {.area = accounts::Area::stations}; }
Guard tests() {
  return {.least_role = core::Role::operator_, .area = accounts::Area::stations, .access = accounts::Access::write};
}
// Addresses are where this machine connects to: those who may name them could make it knock at other doors.
Guard administers() {
  return {.least_role = core::Role::administrator, .area = accounts::Area::stations, .access = accounts::Access::write};
}

}  // namespace

void add_output_endpoints(EndpointTable& table, const Services& services) {
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/stations/{id}/outputs",
                   .operation = "listOutputs",
                   .guard = reads(),
                   .handle = bound(services, list_outputs)});
  table.push_back({.method = Method::post,
                   .pattern = "/api/v1/stations/{id}/outputs",
                   .operation = "createOutput",
                   .guard = administers(),
                   .body = BodyKind::json,
                   .handle = bound(services, create_output)});
  table.push_back({.method = Method::patch,
                   .pattern = "/api/v1/outputs/{id}",
                   .operation = "updateOutput",
                   .guard = administers(),
                   .body = BodyKind::json,
                   .handle = bound(services, update_output)});
  table.push_back({.method = Method::delete_,
                   .pattern = "/api/v1/outputs/{id}",
                   .operation = "deleteOutput",
                   .guard = administers(),
                   .handle = bound(services, delete_output)});
  table.push_back({.method = Method::post,
                   .pattern = "/api/v1/outputs/{id}/test",
                   .operation = "testOutput",
                   .guard = tests(),
                   .handle = bound(services, test_output)});
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/outputs/{id}/deliveries",
                   .operation = "listDeliveries",
                   .guard = reads(),
                   .handle = bound_with_query(services, list_deliveries)});
}

}  // namespace sightglass::http
