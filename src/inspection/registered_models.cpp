#include "inspection/registered_models.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "database/promotions.hpp"
#include "inspection/model_install.hpp"

namespace sightglass::inspection {
namespace {

using core::Result;
using database::Session;
using database::models::Model;

// How long a worker may go on with a model after another was promoted.
constexpr std::chrono::seconds looks_again_after{30};

std::string label_of(const Model& model) { return fmt::format("{}@{}", model.name, model.version); }

Result<std::vector<std::string>> that_hold(Session& session, std::string_view task) {
  std::vector<std::string> labels;
  SG_ASSIGN(const auto current, database::promotions::current(session, task, {}));
  if (!current) return labels;
  SG_ASSIGN(const auto chosen, database::models::find(session, current->model_id));
  if (!chosen || chosen->state != "ready") return labels;
  labels.push_back(label_of(*chosen));
  constexpr std::int32_t many = 100;
  SG_ASSIGN(const auto all,
            database::models::list(session, {.task = std::string(task), .state = "ready", .limit = many}));
  for (const auto& model : all)
    if (model.id != chosen->id && model.version == chosen->version && model.origin == chosen->origin)
      labels.push_back(label_of(model));
  std::ranges::sort(labels.begin() + 1, labels.end());
  return labels;
}

}  // namespace

Result<std::vector<std::string>> RegisteredModels::models_of(std::string_view task) {
  if (database_ == nullptr) return std::vector<std::string>{};
  const auto now = clock_.now();
  const auto known = by_task_.find(task);
  if (known != by_task_.end() && now - known->second.looked_at < looks_again_after) return known->second.models;
  SG_ASSIGN(auto labels, database_->read([&](Session& session) { return that_hold(session, task); }));
  by_task_[std::string(task)] = {.models = labels, .looked_at = now};
  return labels;
}

Result<vision::ModelBundle> RegisteredModels::bundle(std::string_view model) {
  const auto at = model.find('@');
  const auto name = model.substr(0, at);
  const auto version = at == std::string_view::npos ? std::string_view{} : model.substr(at + 1);
  if (database_ == nullptr) return core::fail(core::not_found("no model can be looked up yet"));
  SG_ASSIGN(const auto row,
            database_->read([&](Session& session) { return database::models::find_version(session, name, version); }));
  if (!row) return core::fail(core::not_found(fmt::format("there is no model {}", model)));
  return read_model(*blobs_, *row);
}

}  // namespace sightglass::inspection
