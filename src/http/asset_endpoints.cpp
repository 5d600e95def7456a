// Assets: the things that photos are about.
#include "care/catalogue_sidecars.hpp"
#include "core/json_writer.hpp"
#include "database/catalogue.hpp"
#include "http/endpoint_support.hpp"
#include "http/json_body.hpp"
#include "http/object_access.hpp"
#include "http/page_cursor.hpp"

namespace sightglass::http {
namespace {

constexpr std::size_t max_code_characters = 200;

// What a person may say of an asset; absent members are left alone.
struct AssetInput {
  std::optional<std::string> code{}, name{}, type{}, description{};
  Patched<core::LocationId> location{};
};

core::Result<AssetInput> read_input(const Request& request) {
  SG_ASSIGN(auto body, JsonObject::parse(request));
  AssetInput input{.code = body.optional_string("code", max_code_characters),
                   .name = body.optional_string("name", 500),
                   .type = body.optional_string("type", 100),
                   .description = body.optional_string("description", 20'000),
                   .location = body.patched_id<core::LocationId>("location_id")};
  SG_TRY(body.finish());
  return input;
}

// "Pump 3, north" → "pump-3-north": what can be typed and read aloud. Other scripts keep their letters.
std::string code_from(std::string_view name) {
  std::string code;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_upper = c >= 'A' && c <= 'Z';
    if (is_upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || byte >= 0x80) {
      code += is_upper ? static_cast<char>(c - 'A' + 'a') : c;
    } else if (!code.empty() && code.back() != '-') {
      code += '-';
    }
  }
  while (!code.empty() && code.back() == '-') code.pop_back();
  return code;
}

core::Result<ChangedFields> apply(const AssetInput& input, core::Asset& asset) {
  ChangedFields changed;
  replace(changed, "code", asset.code, input.code);
  replace(changed, "name", asset.name, input.name);
  replace(changed, "type", asset.type, input.type);
  replace(changed, "description", asset.description, input.description);
  if (input.location.is_present && input.location.value != asset.location_id) {
    asset.location_id = input.location.value;
    changed.push_back("location_id");
  }
  if (asset.code.empty()) asset.code = code_from(asset.name);
  if (asset.code.empty()) return core::fail(core::invalid_input("name", "an asset needs a code or a name"));
  // A code that reads as an id could name two assets where either is accepted.
  if (core::AssetId::parse(asset.code)) {
    return core::fail(core::invalid_input("code", "code must not look like an id"));
  }
  return changed;
}

core::Result<void> check_location(database::Session& session, const AssetInput& input) {
  if (input.location.value) SG_TRY(named_location(session, input.location.value->to_string()));
  return {};
}

core::Error worded(core::Error error) {
  return worded_conflict(std::move(error), "code", "another asset has this code already");
}

void write_asset(core::JsonWriter& json, const core::Asset& asset) {
  json.begin_object().member("id", asset.id.to_string()).member("code", asset.code).member("name", asset.name);
  json.member("type", asset.type).member("description", asset.description).key("location_id");
  if (asset.location_id) {
    json.string(asset.location_id->to_string());
  } else {
    json.null();
  }
  json.member("created_at", core::to_iso8601(asset.created_at));
  json.member("updated_at", core::to_iso8601(asset.updated_at)).end_object();
}

Response answer(int status, const core::Asset& asset) {
  std::string text;
  core::JsonWriter json(text);
  write_asset(json, asset);
  return Response::json(status, std::move(text));
}

core::Result<void> audit(const Services& services, database::Session& session, const Request& request,
                         accounts::AuditEvent event) {
  event.object_type = "asset";
  return services.audit.append(session, request.caller, origin_of(request), event);
}

core::Result<core::Asset> existing(database::Session& session, const Request& request) {
  SG_ASSIGN(const auto id, captured_asset(request));
  SG_ASSIGN(auto asset, database::assets::find(session, id));
  if (!asset) return core::fail(core::not_found("no such asset"));
  return std::move(*asset);
}

core::Result<Response> create_asset(const Services& services, const Request& request) {
  SG_ASSIGN(const auto input, read_input(request));
  const auto now = services.clock.now();
  core::Asset asset{.id = core::AssetId::make(now), .created_at = now, .updated_at = now};
  SG_TRY(apply(input, asset));
  const auto made = services.database.write([&](database::Session& session) -> core::Result<void> {
    SG_TRY(check_location(session, input));
    SG_TRY(database::assets::insert(session, asset));
    return audit(services, session, request, {.action = "asset.create", .object_id = asset.id.to_string()});
  });
  if (!made) return core::fail(worded(made.error()));
  log_stale_sidecar(care::refresh_asset_sidecar(services.blobs, services.database, asset.id), "asset",
                    asset.id.to_string());
  return answer(201, asset);
}

core::Result<Response> list_assets(const Services& services, const Request& request) {
  QueryReader query(request);
  const auto page = read_page(query);
  database::assets::Filter filter{
      .location = query.id<core::LocationId>("location"), .text = query.text("q"), .limit = page.limit + 1};
  SG_TRY(query.finish());
  SG_ASSIGN(filter.after, read_id_cursor<core::AssetId>("assets", page.cursor));
  SG_ASSIGN(auto assets, services.database.read(
                             [&](database::Session& session) { return database::assets::list(session, filter); }));
  const auto next = cut_page(assets, page.limit, "assets");
  return Response::json(200, page_json(assets, next, write_asset));
}

core::Result<Response> get_asset(const Services& services, const Request& request) {
  SG_ASSIGN(const auto asset,
            services.database.read([&](database::Session& session) { return existing(session, request); }));
  return answer(200, asset);
}

core::Result<core::Asset> change_asset(const Services& services, const Request& request, database::Session& session,
                                       const AssetInput& input) {
  SG_ASSIGN(auto asset, existing(session, request));
  SG_ASSIGN(const auto changed, apply(input, asset));
  if (changed.empty()) return asset;
  SG_TRY(check_location(session, input));
  asset.updated_at = services.clock.now();
  SG_TRY(database::assets::update(session, asset));
  SG_TRY(audit(services, session, request,
               {.action = "asset.update", .object_id = asset.id.to_string(), .details = details_of(changed)}));
  return asset;
}

core::Result<Response> update_asset(const Services& services, const Request& request) {
  SG_ASSIGN(const auto input, read_input(request));
  const auto asset = services.database.write(
      [&](database::Session& session) { return change_asset(services, request, session, input); });
  if (!asset) return core::fail(worded(asset.error()));
  log_stale_sidecar(care::refresh_asset_sidecar(services.blobs, services.database, asset->id), "asset",
                    asset->id.to_string());
  return answer(200, *asset);
}

core::Result<Response> delete_asset(const Services& services, const Request& request) {
  const auto removed = services.database.write([&](database::Session& session) -> core::Result<core::AssetId> {
    SG_ASSIGN(const auto asset, existing(session, request));
    SG_ASSIGN(const bool is_named, has_photos(session, {.asset = asset.id}));
    if (is_named) return core::fail(core::ErrorCode::conflict, "photos name this asset; change them first");
    SG_TRY(database::assets::remove(session, asset.id));
    SG_TRY(audit(services, session, request, {.action = "asset.delete", .object_id = asset.id.to_string()}));
    return asset.id;
  });
  if (!removed) return core::fail(removed.error());
  log_stale_sidecar(care::refresh_asset_sidecar(services.blobs, services.database, *removed), "asset",
                    removed->to_string());
  return Response::empty(204);
}

Guard reads() { return {.area = accounts::Area::assets}; }
Guard writes() {
  return {.least_role = core::Role::operator_, .area = accounts::Area::assets, .access = accounts::Access::write};
}

}  // namespace

void add_asset_endpoints(EndpointTable& table, const Services& services) {
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/assets",
                   .operation = "listAssets",
                   .guard = reads(),
                   .handle = bound_with_query(services, list_assets)});
  table.push_back({.method = Method::post,
                   .pattern = "/api/v1/assets",
                   .operation = "createAsset",
                   .guard = writes(),
                   .body = BodyKind::json,
                   .handle = bound(services, create_asset)});
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/assets/{id}",
                   .operation = "getAsset",
                   .guard = reads(),
                   .handle = bound(services, get_asset)});
  table.push_back({.method = Method::patch,
                   .pattern = "/api/v1/assets/{id}",
                   .operation = "updateAsset",
                   .guard = writes(),
                   .body = BodyKind::json,
                   .handle = bound(services, update_asset)});
  table.push_back({.method = Method::delete_,
                   .pattern = "/api/v1/assets/{id}",
                   .operation = "deleteAsset",
                   .guard = writes(),
                   .handle = bound(services, delete_asset)});
}

}  // namespace sightglass::http
