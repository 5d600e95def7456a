#include "inspection/frame_models.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "filing/json_fields.hpp"
#include "inspection/model_registry.hpp"
#include "inspection/trained_models.hpp"
#include "inspection/training/training_request.hpp"

namespace sightglass::inspection {
namespace {

using core::Result;
using database::Session;
using database::models::Model;

constexpr std::string_view ready = "ready";

// Whatever it is for and however it stands; of a name alone the newest.
Result<std::optional<Model>> find_any(Session& session, std::string_view label) {
  const auto at = label.find('@');
  if (at != label.npos) return database::models::find_version(session, label.substr(0, at), label.substr(at + 1));
  constexpr std::int32_t enough = 1000;
  SG_ASSIGN(auto rows, database::models::list(session, {.limit = enough}));
  const auto found = std::ranges::find(rows, label, &Model::name);
  if (found == rows.end()) return std::nullopt;
  return std::move(*found);
}

std::string what_is_wrong(const std::optional<Model>& model, std::string_view label) {
  if (!model) return fmt::format("\"{}\" is no model that is known here", label);
  if (model->task != anomaly_task)
    return fmt::format("\"{}\" is a model for {}, not for anomalies", label, model->task);
  return fmt::format("\"{}\" is not ready: it is {}", label, model->state);
}

// "belt, belt@2": names without double.
Result<std::string> what_would_do(Session& session) {
  constexpr std::size_t most_named = 10;
  SG_ASSIGN(const auto rows,
            database::models::list(session, {.task = std::string(anomaly_task), .state = std::string(ready)}));
  std::vector<std::string> names;
  for (const auto& row : rows)
    for (auto& name : {row.name, row.name + "@" + row.version})
      if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  if (names.empty()) return "no model that finds anomalies is ready; train one first";
  const bool is_cut = names.size() > most_named;
  if (is_cut) names.resize(most_named);
  return fmt::format("these would do: {}{}", fmt::join(names, ", "), is_cut ? " and others" : "");
}

}  // namespace

Result<Model> frame_model(Session& session, std::string_view label) {
  const auto at = label.find('@');
  SG_ASSIGN(auto model, at == label.npos
                            ? database::models::find_newest_ready(session, label, anomaly_task)
                            : database::models::find_version(session, label.substr(0, at), label.substr(at + 1)));
  if (!model || model->task != anomaly_task || model->state != ready)
    return core::fail(core::not_found(fmt::format("There is no model {} that is ready to find anomalies", label)));
  return std::move(*model);
}

Result<Model> check_frame_model(Session& session, std::string_view label, std::string_view field) {
  auto model = frame_model(session, label);
  if (model || model.error().code != core::ErrorCode::not_found) return model;
  SG_ASSIGN(const auto any, find_any(session, label));
  SG_ASSIGN(const auto others, what_would_do(session));
  return core::fail(
      core::invalid_input(std::string(field), fmt::format("{}: {}; {}", field, what_is_wrong(any, label), others)));
}

bool may_align(const Model& model) {
  constexpr std::size_t longest_name = 16;
  if (model.origin != "trained" || model.format != anomaly_format) return true;
  auto manifest = filing::JsonFields::parse(model.manifest);
  if (!manifest) return true;
  const auto method = manifest->object("settings").optional_text("method", longest_name).value_or("");
  return training::method_from_name(method) == training::Method::align;
}

}  // namespace sightglass::inspection
