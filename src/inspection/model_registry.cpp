#include "inspection/model_registry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "database/catalogue.hpp"

namespace sightglass::inspection {
namespace {

using core::Result;
using database::Session;
using database::models::Model;
using database::promotions::Promotion;
namespace promotions = database::promotions;

constexpr std::array<std::string_view, 6> scope_kinds{"global", "asset_type", "asset", "location", "station", "source"};

core::Error conflict(std::string message) { return {.code = core::ErrorCode::conflict, .message = std::move(message)}; }

Result<Model> ready_model(Session& session, core::ModelId id) {
  SG_ASSIGN(auto model, database::models::find(session, id));
  if (!model || model->state == "removed") return core::fail(core::not_found("no such model"));
  if (model->state != "ready")
    return core::fail(conflict(fmt::format("{} {} is not ready: {}", model->name, model->version,
                                           model->error.empty() ? model->state : model->error)));
  return std::move(*model);
}

// What is gone or broken by now stands in the way of a rollback, rather than being what was asked for.
Result<Model> model_before(Session& session, core::ModelId id) {
  auto model = ready_model(session, id);
  if (!model && model.error().code == core::ErrorCode::not_found)
    return core::fail(conflict("The model before this one was removed."));
  return model;
}

// What a rollback from `model` would go to, as it was when that was promoted here.
Result<std::optional<core::ModelId>> before(Session& session, const Promotion& like, core::ModelId model) {
  SG_ASSIGN(const auto earlier, promotions::last_of(session, like, model));
  return earlier ? earlier->previous_id : std::nullopt;
}

}  // namespace

bool is_taught(std::string_view task) { return std::ranges::find(taught_tasks, task) != taught_tasks.end(); }

Result<std::vector<Scope>> scopes_of(Session& session, const core::Photo& photo) {
  std::vector<Scope> scopes;
  auto location = photo.location_id;
  if (photo.asset_id) {
    scopes.push_back({.kind = "asset", .value = photo.asset_id->to_string()});
    SG_ASSIGN(const auto asset, database::assets::find(session, *photo.asset_id));
    if (asset && !asset->type.empty()) scopes.push_back({.kind = "asset_type", .value = asset->type});
    if (asset && !location) location = asset->location_id;
  }
  if (location) scopes.push_back({.kind = "location", .value = location->to_string()});
  scopes.push_back({});
  return scopes;
}

Result<void> check_scope(const Scope& scope) {
  if (std::ranges::find(scope_kinds, scope.kind) == scope_kinds.end())
    return core::fail(core::invalid_input("scope", "no such kind of scope"));
  if ((scope.kind == "global") != scope.value.empty())
    return core::fail(core::invalid_input("scope", "the global scope has no value, every other has one"));
  return {};
}

Result<Promotion> promote(Session& session, const Promoting& promoting, core::Instant now) {
  SG_TRY(check_scope(promoting.scope));
  SG_ASSIGN(const auto model, ready_model(session, promoting.model));
  SG_ASSIGN(const auto current, promotions::current(session, model.task, promoting.scope));
  if (current && current->model_id == model.id) return core::fail(conflict("This model holds there already."));
  Promotion promotion{.id = core::ModelId::make(now).to_string(),
                      .task = model.task,
                      .scope = promoting.scope,
                      .model_id = model.id,
                      .previous_id = current ? std::optional(current->model_id) : std::nullopt,
                      .promoted_at = now,
                      .promoted_by = promoting.person,
                      .rule = promoting.rule,
                      .why = promoting.why};
  SG_TRY(promotions::put(session, promotion));
  return promotion;
}

Result<std::optional<Promotion>> roll_back(Session& session, std::string_view task, const Scope& scope,
                                           std::string_view person, core::Instant now) {
  SG_TRY(check_scope(scope));
  SG_ASSIGN(const auto current, promotions::current(session, task, scope));
  if (!current) return core::fail(conflict("No model of this task holds there."));
  if (!current->previous_id) {
    if (scope.kind == "global") return core::fail(conflict("There was no model before this one."));
    SG_TRY(promotions::end(session, task, scope));
    return std::optional<Promotion>{};
  }
  SG_ASSIGN(const auto model, model_before(session, *current->previous_id));
  SG_ASSIGN(const auto previous, before(session, *current, model.id));
  Promotion promotion{.id = core::ModelId::make(now).to_string(),
                      .task = std::string(task),
                      .scope = scope,
                      .model_id = model.id,
                      .previous_id = previous,
                      .promoted_at = now,
                      .promoted_by = std::string(person),
                      .rule = "rollback"};
  SG_TRY(promotions::put(session, promotion));
  return std::optional(std::move(promotion));
}

Result<Model> retire(Session& session, core::ModelId id) {
  SG_ASSIGN(auto model, database::models::find(session, id));
  if (!model || model->state == "removed") return core::fail(core::not_found("no such model"));
  SG_ASSIGN(const bool is_used, promotions::is_current_anywhere(session, id));
  if (is_used) return core::fail(conflict("This model holds somewhere; promote another one there first."));
  model->state = "removed";
  SG_TRY(database::models::update(session, *model));
  return std::move(*model);
}

Result<std::optional<Model>> model_for(Session& session, std::string_view task, std::span<const Scope> scopes) {
  for (const auto& scope : scopes) {
    SG_ASSIGN(const auto current, promotions::current(session, task, scope));
    if (!current) continue;
    SG_ASSIGN(auto model, database::models::find(session, current->model_id));
    if (model && model->state == "ready") return std::optional(std::move(*model));
  }
  return std::optional<Model>{};
}

}  // namespace sightglass::inspection
