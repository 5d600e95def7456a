// The journal of stations: triggers, their pictures, naming them later; and triggering by software.
#include <fcntl.h>
#include <sys/stat.h>

#include <array>

#include "core/json_writer.hpp"
#include "database/cursor.hpp"
#include "database/outputs.hpp"
#include "database/triggers.hpp"
#include "fmt/format.h"
#include "http/endpoint_support.hpp"
#include "http/json_body.hpp"
#include "http/object_access.hpp"
#include "http/page_cursor.hpp"
#include "http/station_access.hpp"
#include "http/trigger_json.hpp"

namespace sightglass::http {
namespace {

using core::Result;
using database::Session;
using database::triggers::Filter;
using database::triggers::Trigger;

constexpr std::string_view list_name = "triggers";
constexpr std::array<std::string_view, 2> verdicts{"OK", "NG"};
constexpr std::array<std::string_view, 6> states{"received", "judged", "built", "filed", "failed", "lost"};
constexpr std::array<std::string_view, 2> pictures{"original", "annotated"};
constexpr std::size_t most_read_characters = 10'000;  // of an id that is far too long, for an answer that says so

Result<Response> trigger_station(const Services& services, const Request& request) {
  SG_ASSIGN(const auto station,
            services.database.read([&](Session& session) { return captured_station(session, request); }));
  SG_TRY(services.stations.trigger(station.id));
  return Response::empty(202);
}

Result<Filter> read_filter(const Request& request, std::int32_t& limit) {
  QueryReader query(request);
  const auto page = read_page(query);
  Filter filter{.image_id = query.text("image_id", 128), .limit = page.limit + 1};
  if (const auto verdict = query.choice("verdict", verdicts)) filter.verdict = std::string(*verdict);
  if (const auto state = query.choice("state", states)) filter.state = database::triggers::state_from_name(*state);
  SG_TRY(query.finish());
  limit = page.limit;
  if (!page.cursor) return filter;
  SG_ASSIGN(const auto key, database::decode_cursor(*page.cursor, list_name));
  filter.before = core::from_micros(key.number);
  filter.before_id = core::TriggerId{key.id};
  return filter;
}

std::optional<std::string> cut(std::vector<Trigger>& rows, std::int32_t limit) {
  if (rows.size() <= static_cast<std::size_t>(limit)) return std::nullopt;
  rows.resize(static_cast<std::size_t>(limit));
  const auto& last = rows.back();
  return database::encode_cursor(list_name, {.number = core::to_micros(last.triggered_at), .id = last.id.value});
}

Result<Response> list_triggers(const Services& services, const Request& request) {
  std::int32_t limit = 0;
  SG_ASSIGN(auto filter, read_filter(request, limit));
  SG_ASSIGN(auto rows, services.database.read([&](Session& session) -> Result<std::vector<Trigger>> {
    SG_ASSIGN(const auto station, captured_station(session, request));
    filter.station = station.id;
    return database::triggers::list(session, filter);
  }));
  const auto next = cut(rows, limit);
  return Response::json(200, page_json(rows, next, [](core::JsonWriter& json, const Trigger& trigger) {
                          json.begin_object();
                          write_trigger(json, trigger);
                          json.end_object();
                        }));
}

Result<std::vector<NamedDelivery>> deliveries_of(Session& session, core::TriggerId id) {
  SG_ASSIGN(auto rows, database::outputs::deliveries_of(session, id));
  std::vector<NamedDelivery> named;
  for (auto& row : rows) {
    SG_ASSIGN(const auto output, database::outputs::find(session, row.output_id));
    named.push_back({.delivery = std::move(row), .output = output ? output->name : ""});
  }
  return named;
}

Result<Response> answer(const Services& services, const Trigger& trigger) {
  SG_ASSIGN(const auto deliveries,
            services.database.read([&](Session& session) { return deliveries_of(session, trigger.id); }));
  return Response::json(200, trigger_detail_json(trigger, deliveries));
}

Result<Trigger> existing(const Services& services, const Request& request) {
  return services.database.read([&](Session& session) { return captured_trigger(session, request); });
}

Result<Response> get_trigger(const Services& services, const Request& request) {
  SG_ASSIGN(const auto trigger, existing(services, request));
  return answer(services, trigger);
}

Result<Response> name_trigger(const Services& services, const Request& request) {
  SG_ASSIGN(auto body, JsonObject::parse(request));
  const auto image_id = body.required_string("image_id", most_read_characters);
  SG_TRY(body.finish());
  SG_ASSIGN(const auto before, existing(services, request));
  SG_ASSIGN(const auto trigger, services.stations.name(before.id, image_id));
  std::string details;
  core::JsonWriter(details).begin_object().member("image_id", image_id).end_object();
  SG_TRY(services.audit.record(request.caller, origin_of(request),
                               {.action = "trigger.name",
                                .object_type = "trigger",
                                .object_id = trigger.id.to_string(),
                                .details = std::move(details)}));
  return answer(services, trigger);
}

// The inspection may be moved between the look at its row and the opening: then the picture is asked for again.
Result<Response> send_file(const std::filesystem::path& path) {
  runtime::UnixFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  struct stat status{};
  if (!fd || ::fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode))
    return core::fail(core::not_found("this picture is not there"));
  const auto modified =
      core::from_micros(std::int64_t{status.st_mtim.tv_sec} * 1'000'000 + status.st_mtim.tv_nsec / 1000);
  const auto length = static_cast<std::int64_t>(status.st_size);
  Response response;
  response.headers.add("Content-Type", "image/jpeg");
  response.headers.add("ETag", fmt::format("\"{:x}-{:x}\"", length, core::to_micros(modified)));
  response.headers.add("Last-Modified", core::to_http_date(modified));
  response.headers.add("Cache-Control", "private, no-cache");
  response.headers.add("Vary", "Authorization, Cookie");
  response.body = FileBody{.fd = std::move(fd), .offset = 0, .length = length};
  return response;
}

Result<Response> get_picture(const Services& services, const Request& request) {
  const auto which = request.captures.get("picture");
  if (std::ranges::find(pictures, which) == pictures.end()) return core::fail(core::not_found("no such picture"));
  SG_ASSIGN(auto trigger, existing(services, request));
  const auto send = [&]() -> Result<Response> {
    SG_ASSIGN(const auto path, services.stations.picture(trigger, which));
    return send_file(path);
  };
  auto response = send();
  if (!response && response.error().code == core::ErrorCode::not_found) {
    SG_ASSIGN(trigger, existing(services, request));
    response = send();
  }
  if (response) services.audit.note_view(request.caller, origin_of(request), "trigger", trigger.id.to_string(), which);
  return response;
}

Guard reads() { return {.area = accounts::Area::stations}; }
Guard works() {
  return {.least_role = core::Role::technician, .area = accounts::Area::stations, .access = accounts::Access::write};
}

}  // namespace

void add_trigger_endpoints(EndpointTable& table, const Services& services) {
  table.push_back({.method = Method::post,
                   .pattern = "/api/v1/stations/{id}/trigger",
                   .operation = "triggerStation",
                   .guard = works(),
                   .handle = bound(services, trigger_station)});
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/stations/{id}/triggers",
                   .operation = "listTriggers",
                   .guard = reads(),
                   .handle = bound_with_query(services, list_triggers)});
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/triggers/{id}",
                   .operation = "getTrigger",
                   .guard = reads(),
                   .handle = bound(services, get_trigger)});
  table.push_back({.method = Method::patch,
                   .pattern = "/api/v1/triggers/{id}",
                   .operation = "nameTrigger",
                   .guard = works(),
                   .body = BodyKind::json,
                   .handle = bound(services, name_trigger)});
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/triggers/{id}/{picture}",
                   .operation = "getTriggerPicture",
                   .guard = reads(),
                   .handle = bound(services, get_picture),
                   .deadline_seconds = 300});
}

}  // namespace sightglass::http
