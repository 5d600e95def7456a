// The registry of models: which there are, where they hold, promoting and rolling back.
#include <algorithm>

#include "database/catalogue.hpp"
#include "database/model_drift.hpp"
#include "database/models.hpp"
#include "database/promotions.hpp"
#include "http/endpoint_support.hpp"
#include "http/json_body.hpp"
#include "http/object_access.hpp"
#include "http/page_cursor.hpp"
#include "inspection/model_registry.hpp"

namespace sightglass::http {
namespace {

using core::Result;
using database::Session;
using database::model_drift::Drift;
using database::models::Model;
using database::promotions::Promotion;
using inspection::Scope;

constexpr std::string_view list_name = "models";
constexpr std::int32_t most_promotions = 100;
constexpr std::size_t most_why_characters = 2000;

void write_scope(core::JsonWriter& json, const Scope& scope) {
  json.key("scope").begin_object().member("kind", scope.kind).member("value", scope.value).end_object();
}

void write_promotion(core::JsonWriter& json, const Promotion& promotion) {
  json.begin_object().member("id", promotion.id).member("task", promotion.task);
  write_scope(json, promotion.scope);
  json.member("model_id", promotion.model_id.to_string());
  json.member("previous_id", promotion.previous_id ? std::optional(promotion.previous_id->to_string()) : std::nullopt);
  json.member("promoted_at", core::to_iso8601(promotion.promoted_at)).member("promoted_by", promotion.promoted_by);
  json.member("rule", promotion.rule).member("why", promotion.why).member("current", promotion.is_current);
  json.end_object();
}

void write_drift(core::JsonWriter& json, const Drift& drift) {
  json.begin_object().member("state", drift.state).member("since", core::to_iso8601(drift.since));
  json.member("p", drift.p).member("distance", drift.distance).member("goods", drift.goods);
  json.member("recent", drift.recent).member("checked_at", core::to_iso8601(drift.checked_at)).end_object();
}

// Of all models: where they hold, and what was found of those.
struct Holding {
  std::vector<Promotion> current{};
  std::vector<Drift> drifts{};
};

Result<Holding> read_holding(Session& session, std::optional<std::string> task) {
  Holding holding;
  SG_ASSIGN(holding.current, database::promotions::currents(session, std::move(task)));
  SG_ASSIGN(holding.drifts, database::model_drift::list(session));
  return holding;
}

void write_members(core::JsonWriter& json, const Model& model, const Holding& holding) {
  json.member("id", model.id.to_string()).member("name", model.name).member("version", model.version);
  json.member("task", model.task).member("format", model.format).member("state", model.state);
  json.member("origin", model.origin).member("bytes", model.bytes).member("sha256", model.sha256);
  json.key("manifest").raw(model.manifest).key("metrics").raw(model.metrics);
  json.member("training_run", model.training_run ? std::optional(model.training_run->to_string()) : std::nullopt);
  json.member("created_at", core::to_iso8601(model.created_at)).member("created_by", model.created_by);
  json.member("error", model.error.empty() ? std::nullopt : std::optional(model.error));
  json.key("current_in").begin_array();
  for (const auto& promotion : holding.current)
    if (promotion.model_id == model.id)
      json.begin_object().member("kind", promotion.scope.kind).member("value", promotion.scope.value).end_object();
  json.end_array().key("drift");
  if (const auto drift = std::ranges::find(holding.drifts, model.id, &Drift::model_id); drift != holding.drifts.end())
    write_drift(json, *drift);
  else
    json.null();
}

Result<core::ModelId> captured_model(const Request& request) {
  if (const auto id = core::ModelId::parse(request.captures.get("id"))) return *id;
  return core::fail(core::not_found("no such model"));
}

Result<Response> list_models(const Services& services, const Request& request) {
  QueryReader query(request);
  const auto page = read_page(query);
  database::models::Filter filter{
      .task = query.text("task"), .state = query.text("state"), .after = {}, .limit = page.limit + 1};
  SG_TRY(query.finish());
  SG_ASSIGN(filter.after, read_id_cursor<core::ModelId>(list_name, page.cursor));
  Holding holding;
  SG_ASSIGN(auto models, services.database.read([&](Session& session) -> Result<std::vector<Model>> {
    SG_ASSIGN(holding, read_holding(session, filter.task));
    return database::models::list(session, filter);
  }));
  const auto next = cut_page(models, page.limit, list_name);
  return Response::json(200, page_json(models, next, [&](core::JsonWriter& json, const Model& model) {
                          json.begin_object();
                          write_members(json, model, holding);
                          json.end_object();
                        }));
}

Result<Response> get_model(const Services& services, const Request& request) {
  SG_ASSIGN(const auto id, captured_model(request));
  std::string text;
  SG_TRY(services.database.read([&](Session& session) -> Result<void> {
    SG_ASSIGN(const auto model, database::models::find(session, id));
    if (!model) return core::fail(core::not_found("no such model"));
    SG_ASSIGN(const auto holding, read_holding(session, model->task));
    SG_ASSIGN(const auto history, database::promotions::history(session, id, most_promotions));
    text.clear();
    core::JsonWriter json(text);
    json.begin_object();
    write_members(json, *model, holding);
    json.key("promotions").begin_array();
    for (const auto& promotion : history) write_promotion(json, promotion);
    json.end_array().end_object();
    return {};
  }));
  return Response::json(200, std::move(text));
}

Result<bool> is_asset(Session& session, std::string_view text) {
  const auto id = core::AssetId::parse(text);
  if (!id) return false;
  SG_ASSIGN(const auto found, database::assets::find(session, *id));
  return found.has_value();
}

Result<bool> is_location(Session& session, std::string_view text) {
  const auto id = core::LocationId::parse(text);
  if (!id) return false;
  SG_ASSIGN(const auto found, database::locations::find(session, *id));
  return found.has_value();
}

// Whether anything asks for a model in this scope: what was taught for one thing holds for that thing, and a model that
// looks at all photos holds everywhere.
Result<void> check_part(Session& session, core::ModelId id, const Scope& scope) {
  if (scope.kind == "global") return {};
  const auto refuse = [](std::string_view why) { return core::fail(core::invalid_input("scope", std::string(why))); };
  SG_ASSIGN(const auto model, database::models::find(session, id));
  if (!model) return core::fail(core::not_found("no such model"));
  if (!inspection::is_taught(model->task)) return refuse("a model of this task holds everywhere; leave the scope out");
  if (scope.kind == "asset") {
    SG_ASSIGN(const bool is_there, is_asset(session, scope.value));
    if (!is_there) return refuse("there is no such asset");
  } else if (scope.kind == "location") {
    SG_ASSIGN(const bool is_there, is_location(session, scope.value));
    if (!is_there) return refuse("there is no such location");
  } else if (scope.kind != "asset_type") {
    return refuse("photos are judged by their asset, its type or their location; this scope would hold nowhere");
  }
  return {};
}

Scope read_scope(JsonObject& body) {
  auto object = body.optional_object("scope");
  if (!object) return {};
  Scope scope{.kind = object->required_string("kind", 32), .value = object->optional_string("value", 200).value_or("")};
  if (const auto read = object->finish(); !read) body.refuse("scope", read.error().message);
  return scope;
}

Result<void> audit(const Services& services, Session& session, const Request& request, std::string_view action,
                   const Promotion& promotion) {
  std::string details;
  core::JsonWriter json(details);
  json.begin_object().member("task", promotion.task);
  write_scope(json, promotion.scope);
  json.member("why", promotion.why).end_object();
  return services.audit.append(session, request.caller, origin_of(request),
                               {.action = std::string(action),
                                .object_type = "model",
                                .object_id = promotion.model_id.to_string(),
                                .details = std::move(details)});
}

Response answer(const std::optional<Promotion>& promotion) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().key("promotion");
  if (promotion)
    write_promotion(json, *promotion);
  else
    json.null();
  json.end_object();
  return Response::json(200, std::move(text));
}

Result<Response> promote_model(const Services& services, const Request& request) {
  SG_ASSIGN(const auto id, captured_model(request));
  SG_ASSIGN(auto body, JsonObject::parse(request, true));
  inspection::Promoting promoting{.model = id, .scope = read_scope(body), .person = request.caller.name};
  promoting.why = body.optional_string("why", most_why_characters).value_or("");
  SG_TRY(body.finish());
  SG_TRY(inspection::check_scope(promoting.scope));
  SG_ASSIGN(const auto promoted, services.database.write([&](Session& session) -> Result<Promotion> {
    SG_TRY(check_part(session, id, promoting.scope));
    SG_ASSIGN(auto promotion, inspection::promote(session, promoting, services.clock.now()));
    SG_TRY(audit(services, session, request, "model.promote", promotion));
    return promotion;
  }));
  return answer(promoted);
}

Result<Response> roll_back_model(const Services& services, const Request& request) {
  SG_ASSIGN(auto body, JsonObject::parse(request));
  const auto task = body.required_string("task", 64);
  const auto scope = read_scope(body);
  SG_TRY(body.finish());
  SG_ASSIGN(const auto back, services.database.write([&](Session& session) -> Result<std::optional<Promotion>> {
    SG_ASSIGN(const auto before, database::promotions::current(session, task, scope));
    SG_ASSIGN(auto promotion, inspection::roll_back(session, task, scope, request.caller.name, services.clock.now()));
    // The log tells it of the model that no longer holds.
    SG_TRY(audit(services, session, request, "model.rollback", *before));
    return promotion;
  }));
  return answer(back);
}

Guard reads() { return {.least_role = core::Role::reviewer, .area = accounts::Area::models}; }
Guard writes() {
  return {.least_role = core::Role::operator_, .area = accounts::Area::models, .access = accounts::Access::write};
}

}  // namespace

void add_model_endpoints(EndpointTable& table, const Services& services) {
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/models",
                   .operation = "listModels",
                   .guard = reads(),
                   .handle = bound_with_query(services, list_models)});
  table.push_back({.method = Method::post,
                   .pattern = "/api/v1/models/rollback",
                   .operation = "rollBackModel",
                   .guard = writes(),
                   .body = BodyKind::json,
                   .handle = bound(services, roll_back_model)});
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/models/{id}",
                   .operation = "getModel",
                   .guard = reads(),
                   .handle = bound(services, get_model)});
  table.push_back({.method = Method::post,
                   .pattern = "/api/v1/models/{id}/promote",
                   .operation = "promoteModel",
                   .guard = writes(),
                   .body = BodyKind::json,
                   .handle = bound(services, promote_model)});
}

}  // namespace sightglass::http
