// Meters of assets: what is known of a display or counter before it is read.
#include <array>

#include "database/meters.hpp"
#include "http/endpoint_support.hpp"
#include "http/json_body.hpp"
#include "http/object_access.hpp"
#include "http/page_cursor.hpp"
#include "inspection/read_photo_meters.hpp"
#include "queue/task_queue.hpp"
#include "vision/readings/meter_profile.hpp"

namespace sightglass::http {
namespace {

using core::Result;
using database::Session;
using database::meters::Meter;

constexpr std::string_view list_name = "meters";
constexpr std::array<std::string_view, 4> kinds{"wheels", "display", "needle", "gauge"};
constexpr std::size_t most_profile_bytes = 64 << 10;

// What a person may say of a meter; absent members are left alone.
struct MeterInput {
  std::optional<core::AssetId> asset{};
  std::optional<std::string> name{}, kind{}, unit{}, profile{};
  std::optional<std::int64_t> digits{}, decimals{};
  std::optional<bool> rolls_over{};
  Patched<double> largest_rate{};
  Patched<core::PhotoId> reference_photo{};
};

// An object that says, if it says anything of parts, where they are in terms that can be used.
std::optional<std::string> read_profile(JsonObject& body) {
  auto profile = body.optional_object_text("profile", most_profile_bytes);
  if (!profile) return profile;
  if (const auto understood = vision::read_meter_profile(*profile); !understood)
    body.refuse("profile", understood.error().message);
  return profile;
}

Result<MeterInput> read_input(const Request& request, bool is_new) {
  SG_ASSIGN(auto body, JsonObject::parse(request));
  MeterInput input;
  if (is_new) {
    input.asset = body.required_id<core::AssetId>("asset_id");
    input.name = body.required_string("name", 200);
    if (!body.has("kind")) body.refuse("kind", "`kind` is required");
  } else {
    input.name = body.optional_string("name", 200);
  }
  input.kind = body.optional_choice("kind", kinds);
  input.unit = body.optional_string("unit", 32);
  input.profile = read_profile(body);
  input.digits = body.optional_integer("digits", {.least = 0, .most = 12});
  input.decimals = body.optional_integer("decimals", {.least = 0, .most = 6});
  input.rolls_over = body.optional_boolean("rolls_over");
  input.largest_rate = body.patched_number("largest_rate", {.least = 0, .most = 1e12});
  input.reference_photo = body.patched_id<core::PhotoId>("reference_photo");
  if (input.name && input.name->empty()) body.refuse("name", "`name` must not be empty");
  SG_TRY(body.finish());
  return input;
}

template <typename T>
void replace_patched(ChangedFields& changed, std::string_view field, std::optional<T>& target,
                     const Patched<T>& patched) {
  if (!patched.is_present || patched.value == target) return;
  target = patched.value;
  changed.push_back(field);
}

// A photo that teaches must be one that the caller may see.
Result<ChangedFields> apply(Session& session, const Request& request, const MeterInput& input, Meter& meter) {
  ChangedFields changed;
  replace(changed, "name", meter.name, input.name);
  replace(changed, "kind", meter.kind, input.kind);
  replace(changed, "unit", meter.unit, input.unit);
  replace(changed, "profile", meter.profile, input.profile);
  const auto number = [](const std::optional<std::int64_t>& value) {
    return value ? std::optional(static_cast<std::int32_t>(*value)) : std::nullopt;
  };
  replace(changed, "digits", meter.digits, number(input.digits));
  replace(changed, "decimals", meter.decimals, number(input.decimals));
  replace(changed, "rolls_over", meter.rolls_over, input.rolls_over);
  replace_patched(changed, "largest_rate", meter.largest_rate, input.largest_rate);
  replace_patched(changed, "reference_photo", meter.reference_photo, input.reference_photo);
  if (input.reference_photo.value && !visible_photo(session, request.caller, *input.reference_photo.value))
    return core::fail(core::invalid_input("reference_photo", "no such photo"));
  return changed;
}

core::Error worded(core::Error error) {
  return worded_conflict(std::move(error), "name", "the asset has a meter of this name already");
}

void write_meter(core::JsonWriter& json, const Meter& meter) {
  json.begin_object().member("id", meter.id.to_string()).member("asset_id", meter.asset_id.to_string());
  json.member("name", meter.name).member("kind", meter.kind).member("unit", meter.unit);
  json.member("digits", meter.digits).member("decimals", meter.decimals).member("rolls_over", meter.rolls_over);
  json.member("largest_rate", meter.largest_rate).key("profile").raw(meter.profile);
  json.member("reference_photo",
              meter.reference_photo ? std::optional(meter.reference_photo->to_string()) : std::nullopt);
  json.member("created_at", core::to_iso8601(meter.created_at));
  json.member("updated_at", core::to_iso8601(meter.updated_at)).end_object();
}

Response answer(int status, const Meter& meter) {
  std::string text;
  core::JsonWriter json(text);
  write_meter(json, meter);
  return Response::json(status, std::move(text));
}

Result<void> audit(const Services& services, Session& session, const Request& request, accounts::AuditEvent event) {
  event.object_type = "meter";
  return services.audit.append(session, request.caller, origin_of(request), event);
}

Result<Meter> existing(Session& session, const Request& request) {
  const auto id = core::MeterId::parse(request.captures.get("id"));
  if (!id) return core::fail(core::not_found("no such meter"));
  SG_ASSIGN(auto meter, database::meters::find(session, *id));
  if (!meter) return core::fail(core::not_found("no such meter"));
  return std::move(*meter);
}

Result<Response> create_meter(const Services& services, const Request& request) {
  SG_ASSIGN(const auto input, read_input(request, true));
  const auto now = services.clock.now();
  const auto made = services.database.write([&](Session& session) -> Result<Meter> {
    SG_ASSIGN(const auto asset, named_asset(session, input.asset->to_string()));
    Meter meter{.id = core::MeterId::make(now), .asset_id = asset, .created_at = now, .updated_at = now};
    SG_TRY(apply(session, request, input, meter));
    SG_TRY(database::meters::insert(session, meter));
    SG_TRY(audit(services, session, request, {.action = "meter.create", .object_id = meter.id.to_string()}));
    return meter;
  });
  if (!made) return core::fail(worded(made.error()));
  return answer(201, *made);
}

Result<Response> list_meters(const Services& services, const Request& request) {
  QueryReader query(request);
  const auto page = read_page(query);
  const auto asset = query.id<core::AssetId>("asset");
  SG_TRY(query.finish());
  SG_ASSIGN(const auto after, read_id_cursor<core::MeterId>(list_name, page.cursor));
  SG_ASSIGN(auto meters, services.database.read([&](Session& session) {
    return database::meters::list(session, asset, after, page.limit + 1);
  }));
  const auto next = cut_page(meters, page.limit, list_name);
  return Response::json(200, page_json(meters, next, write_meter));
}

Result<Response> get_meter(const Services& services, const Request& request) {
  SG_ASSIGN(const auto meter, services.database.read([&](Session& session) { return existing(session, request); }));
  return answer(200, meter);
}

Result<Response> update_meter(const Services& services, const Request& request) {
  SG_ASSIGN(const auto input, read_input(request, false));
  const auto changed_meter = services.database.write([&](Session& session) -> Result<Meter> {
    SG_ASSIGN(auto meter, existing(session, request));
    SG_ASSIGN(const auto changed, apply(session, request, input, meter));
    if (changed.empty()) return meter;
    meter.updated_at = services.clock.now();
    SG_TRY(database::meters::update(session, meter));
    SG_TRY(audit(services, session, request,
                 {.action = "meter.update", .object_id = meter.id.to_string(), .details = details_of(changed)}));
    return meter;
  });
  if (!changed_meter) return core::fail(worded(changed_meter.error()));
  return answer(200, *changed_meter);
}

Result<Response> delete_meter(const Services& services, const Request& request) {
  SG_TRY(services.database.write([&](Session& session) -> Result<void> {
    SG_ASSIGN(const auto meter, existing(session, request));
    SG_TRY(database::meters::remove(session, meter.id));
    return audit(services, session, request, {.action = "meter.delete", .object_id = meter.id.to_string()});
  }));
  return Response::empty(204);
}

struct TrialInput {
  core::PhotoId photo{};
  std::optional<std::string> profile{};
};

Result<TrialInput> read_trial(const Request& request) {
  SG_ASSIGN(auto body, JsonObject::parse(request));
  TrialInput input{.photo = body.required_id<core::PhotoId>("photo_id"), .profile = read_profile(body)};
  SG_TRY(body.finish());
  return input;
}

// Whoever teaches a profile waits for what it reads: before the photos that come in.
Result<Response> try_meter(const Services& services, const Request& request) {
  SG_ASSIGN(const auto input, read_trial(request));
  SG_ASSIGN(const auto task, services.database.write([&](Session& session) -> Result<core::TaskId> {
    SG_ASSIGN(const auto meter, existing(session, request));
    const auto photo = visible_photo(session, request.caller, input.photo);
    if (!photo && photo.error().code != core::ErrorCode::not_found) return core::fail(photo.error());
    if (!photo) return core::fail(core::invalid_input("photo_id", "no such photo"));
    return queue::enqueue(session,
                          {.kind = std::string(inspection::read_meters_kind),
                           .queue = core::TaskQueue::high_priority,
                           .arguments = inspection::trial_arguments(meter.id, input.profile.value_or("")),
                           .photo_id = photo->id,
                           .request_id = request.request_id},
                          services.clock.now());
  }));
  if (services.wake_workers) services.wake_workers();
  std::string text;
  core::JsonWriter(text).begin_object().member("task_id", task.to_string()).end_object();
  return Response::json(202, std::move(text));
}

Guard reads() { return {.area = accounts::Area::assets}; }
Guard writes() {
  return {.least_role = core::Role::operator_, .area = accounts::Area::assets, .access = accounts::Access::write};
}

}  // namespace

void add_meter_endpoints(EndpointTable& table, const Services& services) {
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/meters",
                   .operation = "listMeters",
                   .guard = reads(),
                   .handle = bound_with_query(services, list_meters)});
  table.push_back({.method = Method::post,
                   .pattern = "/api/v1/meters",
                   .operation = "createMeter",
                   .guard = writes(),
                   .body = BodyKind::json,
                   .handle = bound(services, create_meter)});
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/meters/{id}",
                   .operation = "getMeter",
                   .guard = reads(),
                   .handle = bound(services, get_meter)});
  table.push_back({.method = Method::patch,
                   .pattern = "/api/v1/meters/{id}",
                   .operation = "updateMeter",
                   .guard = writes(),
                   .body = BodyKind::json,
                   .handle = bound(services, update_meter)});
  table.push_back({.method = Method::delete_,
                   .pattern = "/api/v1/meters/{id}",
                   .operation = "deleteMeter",
                   .guard = writes(),
                   .handle = bound(services, delete_meter)});
  table.push_back({.method = Method::post,
                   .pattern = "/api/v1/meters/{id}/try",
                   .operation = "tryMeter",
                   .guard = writes(),
                   .body = BodyKind::json,
                   .handle = bound(services, try_meter)});
}

}  // namespace sightglass::http
