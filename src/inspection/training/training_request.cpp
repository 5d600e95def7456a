#include "inspection/training/training_request.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/json_writer.hpp"
#include "database/models.hpp"
#include "filing/json_fields.hpp"
#include "queue/task_queue.hpp"

namespace sightglass::inspection::training {
namespace {

using core::Result;
using database::Session;
using database::training_runs::Run;

constexpr std::array<std::string_view, 3> method_names{"learn", "compare", "align"};
constexpr double least_rate = 0.0001;
constexpr double most_rate = 0.5;

std::string argument(core::JsonKey name, const std::string& id) {
  std::string text;
  core::JsonWriter(text).begin_object().member(name, id).end_object();
  return text;
}

std::string key_of(const Subject& subject) {
  return fmt::format("train:{}:{}:{}", subject.task, subject.scope.kind, subject.scope.value);
}

core::Error conflict(std::string message) { return {.code = core::ErrorCode::conflict, .message = std::move(message)}; }

}  // namespace

std::string_view name_of(Promote promote) { return promote == Promote::never ? "never" : "if_better"; }

std::string_view name_of(Method method) { return method_names[static_cast<std::size_t>(method)]; }

std::optional<Method> method_from_name(std::string_view name) {
  const auto* const found = std::ranges::find(method_names, name);
  if (found == method_names.end()) return std::nullopt;
  return static_cast<Method>(found - method_names.begin());
}

std::string to_json(const Settings& settings) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().member("false_reject_rate", settings.false_reject_rate);
  json.member("promote", name_of(settings.promote)).member("method", name_of(settings.method)).end_object();
  return text;
}

Result<Settings> settings_from_json(std::string_view text) {
  SG_ASSIGN(auto fields, filing::JsonFields::parse(text));
  Settings settings;
  settings.false_reject_rate =
      fields.optional_number("false_reject_rate", least_rate, most_rate).value_or(settings.false_reject_rate);
  settings.promote = fields.text("promote", 16) == name_of(Promote::if_better) ? Promote::if_better : Promote::never;
  // Runs that were asked for before there was a choice do not say it.
  settings.method = method_from_name(fields.optional_text("method", 16).value_or("")).value_or(Method::learn);
  SG_TRY(fields.outcome());
  return settings;
}

Result<Run> request_training(Session& session, const Request& request, core::Instant now) {
  const auto& rate = request.settings.false_reject_rate;
  if (!(rate >= least_rate && rate <= most_rate))
    return core::fail(core::invalid_input("false_reject_rate", "`false_reject_rate` is between 0.0001 and 0.5"));
  const auto method = request.settings.method;
  if (method != Method::learn && is_of_classes(request.subject.task))
    return core::fail(core::invalid_input("method", "only anomaly models compare with references, or align"));
  SG_ASSIGN(const auto set, training_set(session, request.subject));
  const auto counts = counts_of(set, method);
  if (!counts.is_enough) return core::fail(core::invalid_input("scope", counts.why));
  Run run{.id = core::TrainingRunId::make(now),
          .task = request.subject.task,
          .scope = request.subject.scope,
          .settings = to_json(request.settings),
          .counts = to_json(counts),
          .created_at = now,
          .created_by = request.person};
  const queue::NewTask task{.kind = std::string(is_of_classes(run.task) ? retrain_damage_model : retrain_anomaly_model),
                            .queue = core::TaskQueue::ml_training,
                            .arguments = argument("run_id", run.id.to_string()),
                            .request_id = request.request_id,
                            .unique_key = key_of(request.subject)};
  SG_ASSIGN(const auto id, queue::enqueue_unique(session, task, now));
  if (!id) return core::fail(conflict("A training of this task and scope waits or runs already."));
  run.task_id = *id;
  SG_TRY(database::training_runs::insert(session, run));
  return run;
}

Result<core::TaskId> request_evaluation(Session& session, core::ModelId model, const std::string& request_id,
                                        core::Instant now) {
  SG_ASSIGN(const auto found, database::models::find(session, model));
  if (!found || found->state == "removed") return core::fail(core::not_found("no such model"));
  if (found->origin != "trained")
    return core::fail(core::invalid_input("id", "only models that were trained here can be measured on its photos"));
  if (found->state != "ready") return core::fail(conflict("This model is not ready."));
  const queue::NewTask task{.kind = std::string(evaluate_model_performance),
                            .queue = core::TaskQueue::ml_training,
                            .arguments = argument("model_id", model.to_string()),
                            .request_id = request_id,
                            .unique_key = "evaluate:" + model.to_string()};
  SG_ASSIGN(const auto id, queue::enqueue_unique(session, task, now));
  if (!id) return core::fail(conflict("A measurement of this model waits or runs already."));
  return *id;
}

}  // namespace sightglass::inspection::training
