// The ids of parts that people enter at a station, where they wait for its next triggers.
#include <charconv>

#include "core/image_id.hpp"
#include "core/json_writer.hpp"
#include "database/stations.hpp"
#include "database/waiting_ids.hpp"
#include "fmt/format.h"
#include "http/endpoint_support.hpp"
#include "http/json_body.hpp"
#include "http/object_access.hpp"
#include "http/station_access.hpp"
#include "http/station_json.hpp"

namespace sightglass::http {
namespace {

using core::Result;
using database::Session;
using database::stations::Station;
using database::waiting_ids::WaitingId;

// Of a text that is far too long, only that it is too long matters.
constexpr std::size_t most_read_characters = 10'000;
constexpr std::size_t longest_station_name = 100;

struct ImageIdInput {
  std::string image_id{};
  std::optional<std::string> station{};
};

Result<ImageIdInput> read_input(const Request& request) {
  SG_ASSIGN(auto body, JsonObject::parse(request));
  ImageIdInput input{.image_id = body.required_string("image_id", most_read_characters),
                     .station = body.optional_string("station", longest_station_name)};
  SG_TRY(body.finish());
  SG_TRY(core::check_image_id(input.image_id));
  return input;
}

// The one that is named, else the only one. Nothing while there is none: then the id waits for the first.
Result<std::optional<core::StationId>> chosen_station(Session& session, const std::optional<std::string>& named) {
  if (named) {
    SG_ASSIGN(const auto station, named_station(session, *named));
    return std::optional(station.id);
  }
  SG_ASSIGN(const auto rows, database::stations::list(session));
  if (rows.empty()) return std::optional<core::StationId>();
  if (rows.size() == 1) return std::optional(rows.front().id);
  std::string names;
  for (const auto& row : rows) names += (names.empty() ? "" : ", ") + row.name;
  return core::fail(core::invalid_input("station", "station: say which one: " + names));
}

Result<void> audit(const Services& services, Session& session, const Request& request, std::string_view action,
                   const WaitingId& id) {
  std::string details;
  core::JsonWriter(details).begin_object().member("image_id", id.image_id).end_object();
  return services.audit.append(session, request.caller, origin_of(request),
                               {.action = std::string(action),
                                .object_type = "station",
                                .object_id = id.station_id ? id.station_id->to_string() : "",
                                .details = std::move(details)});
}

Result<Response> store_image_id(const Services& services, const Request& request) {
  SG_ASSIGN(const auto input, read_input(request));
  const auto now = services.clock.now();
  SG_TRY(services.database.write([&](Session& session) -> Result<void> {
    WaitingId id{.image_id = input.image_id,
                 .stored_at = now,
                 .stored_by = request.caller.name,
                 .expires_at = now + database::waiting_ids::lifetime};
    SG_ASSIGN(id.station_id, chosen_station(session, input.station));
    SG_TRY(database::waiting_ids::store(session, id));
    return audit(services, session, request, "station.store_id", id);
  }));
  std::string text;
  core::JsonWriter(text)
      .begin_object()
      .member("success", true)
      .member("message", fmt::format("Image ID {} stored in cache", input.image_id))
      .member("image_id", input.image_id)
      .end_object();
  return Response::json(200, std::move(text));
}

Result<Response> list_ids(const Services& services, const Request& request) {
  SG_ASSIGN(const auto waiting, services.database.read([&](Session& session) -> Result<std::vector<WaitingId>> {
    SG_ASSIGN(const auto station, captured_station(session, request));
    return database::waiting_ids::waiting(session, station.id, services.clock.now());
  }));
  return Response::json(200, waiting_json(waiting));
}

std::optional<std::int64_t> captured_number(const Request& request) {
  const auto text = request.captures.get("number");
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Result<Response> withdraw_id(const Services& services, const Request& request) {
  const auto now = services.clock.now();
  SG_TRY(services.database.write([&](Session& session) -> Result<void> {
    SG_ASSIGN(const auto station, captured_station(session, request));
    SG_ASSIGN(const auto waiting, database::waiting_ids::waiting(session, station.id, now));
    const auto number = captured_number(request);
    for (const auto& id : waiting) {
      if (id.number != number) continue;
      SG_ASSIGN(const bool is_withdrawn, database::waiting_ids::withdraw(session, station.id, id.number, now));
      if (is_withdrawn) return audit(services, session, request, "station.withdraw_id", id);
    }
    return core::fail(core::not_found("no such id waits here"));
  }));
  return Response::empty(204);
}

Guard enters() {
  return {.least_role = core::Role::technician, .area = accounts::Area::stations, .access = accounts::Access::write};
}

}  // namespace

void add_image_id_endpoints(EndpointTable& table, const Services& services) {
  table.push_back({.method = Method::post,
                   .pattern = "/api/ml/store-image-id",
                   .operation = "storeImageId",
                   .guard = enters(),
                   .body = BodyKind::json,
                   .errors = ErrorStyle::plain,
                   .handle = bound(services, store_image_id)});
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/stations/{id}/ids",
                   .operation = "listWaitingIds",
                   .guard = {.area = accounts::Area::stations},
                   .handle = bound(services, list_ids)});
  table.push_back({.method = Method::delete_,
                   .pattern = "/api/v1/stations/{id}/ids/{number}",
                   .operation = "withdrawId",
                   .guard = enters(),
                   .handle = bound(services, withdraw_id)});
}

}  // namespace sightglass::http
