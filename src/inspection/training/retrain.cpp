#include "inspection/training/retrain.hpp"

#include <fmt/format.h>

#include "core/json_writer.hpp"
#include "filing/json_fields.hpp"
#include "inspection/training/registration.hpp"
#include "inspection/training/training_request.hpp"

namespace sightglass::inspection::training {
namespace {

using core::Result;
using database::Session;
using database::models::Model;
using database::training_runs::Run;
namespace models = database::models;
namespace runs = database::training_runs;

Result<Run> begin(const Lesson& lesson, const core::Task& task) {
  SG_ASSIGN(auto arguments, filing::JsonFields::parse(task.arguments));
  const auto id = arguments.id<core::TrainingRunId>("run_id");
  SG_TRY(arguments.outcome());
  SG_ASSIGN(auto run, lesson.workshop.database.read([&](Session& session) { return runs::find(session, id); }));
  if (!run) return core::fail(core::not_found("There is no such training run."));
  return std::move(*run);
}

// The set as it stands now, with each photo's side fixed from here on.
Result<TrainingSet> fix_set(const Lesson& lesson, const Subject& subject) {
  const auto now = lesson.workshop.clock.now();
  return lesson.workshop.database.write([&](Session& session) -> Result<TrainingSet> {
    SG_ASSIGN(auto set, training_set(session, subject));
    SG_TRY(database::training_examples::put_sides(session, set.new_sides, now));
    return set;
  });
}

// What holds now, with its bytes. A model whose bytes are gone cannot be asked: it is as if none held.
struct Current {
  std::optional<Model> model{};
  std::optional<std::string> file{};
};
Result<Current> current_of(const Lesson& lesson, const Subject& subject, core::ModelId without) {
  Current current;
  SG_ASSIGN(current.model,
            lesson.workshop.database.read([&](Session& session) { return holding_model(session, subject); }));
  if (current.model && (current.model->id == without || current.model->origin != "trained")) current.model.reset();
  if (!current.model) return current;
  auto file = read_trained(lesson.workshop.blobs, *current.model);
  if (file)
    current.file = std::move(*file);
  else
    lesson.log.warn(fmt::format("The model that holds cannot be asked: {}", file.error().message));
  return current;
}

Result<Examination> examine(const Lesson& lesson, const TrainingSet& set, std::string_view file,
                            const Current& current) {
  lesson.log.say("Now examining on the pictures that are held out.");
  if (is_of_classes(set.subject.task)) return examine_head(lesson, set, file, current.file);
  return examine_anomaly(lesson, set, file, current.file);
}

std::string result_json(const Examination& examination, const Current& current, const Ruling& ruling, bool is_promoted,
                        const std::vector<std::string>& remarks) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().key("new").raw(examination.now).key("current").raw(examination.before);
  json.member("current_model_id", current.model ? std::optional(current.model->id.to_string()) : std::nullopt);
  json.member("promoted", is_promoted).member("why", ruling.why).key("remarks").begin_array();
  for (const auto& list : {remarks, examination.remarks})
    for (const auto& remark : list) json.string(remark);
  json.end_array().end_object();
  return text;
}

// The model ready, perhaps promoted, and the run done, at once.
Result<void> conclude(const Lesson& lesson, Run run, Model model, const Examination& examination,
                      const Current& current, const std::vector<std::string>& remarks) {
  SG_ASSIGN(const auto settings, settings_from_json(run.settings));
  const auto now = lesson.workshop.clock.now();
  const bool is_asked = settings.promote == Promote::if_better;
  const bool is_promoted = is_asked && examination.ruling.is_better;
  Ruling ruling = examination.ruling;
  if (!is_asked) ruling.why = "A person decides. By the rule: " + ruling.why;
  model.state = "ready";
  model.metrics = metrics_of(examination, current.model ? std::optional(current.model->id) : std::nullopt, now);
  run.state = "done";
  run.model_id = model.id;
  run.result = result_json(examination, current, ruling, is_promoted, remarks);
  run.finished_at = now;
  SG_TRY(lesson.workshop.database.write([&](Session& session) -> Result<void> {
    SG_TRY(models::update(session, model));
    if (is_promoted)
      SG_TRY(promote(
          session,
          {.model = model.id, .scope = run.scope, .person = run.created_by, .rule = "better", .why = ruling.why}, now));
    return runs::update(session, run);
  }));
  lesson.log.say(ruling.why);
  return {};
}

Result<void> learn(const Lesson& lesson, Run& run) {
  const Subject subject{.task = run.task, .scope = run.scope};
  SG_ASSIGN(const auto settings, settings_from_json(run.settings));
  SG_ASSIGN(const auto set, fix_set(lesson, subject));
  const auto counts = counts_of(set, settings.method);
  lesson.log.say(counts.why);
  run.counts = to_json(counts);
  if (!counts.is_enough) return core::fail(core::invalid_input("scope", counts.why));
  run.state = "running";
  SG_TRY(lesson.workshop.database.write([&](Session& session) { return runs::update(session, run); }));
  SG_ASSIGN(const auto learnt,
            is_of_classes(run.task) ? learn_head(lesson, set) : learn_anomaly(lesson, set, settings));
  SG_ASSIGN(const auto model, store_candidate(lesson, run, learnt, counts));
  SG_ASSIGN(const auto current, current_of(lesson, subject, model.id));
  SG_ASSIGN(const auto examination, examine(lesson, set, learnt.file, current));
  auto remarks = learnt.remarks;
  if (static_cast<std::size_t>(counts.groups) < least_groups)
    remarks.push_back(fmt::format("All pictures come from {} day{}: on other days it may do worse than was measured.",
                                  counts.groups, counts.groups == 1 ? "" : "s"));
  return conclude(lesson, run, model, examination, current, remarks);
}

// Errors after which the queue does not try again.
bool is_final(const core::Error& error) {
  using enum core::ErrorCode;
  return error.code == invalid_input || error.code == not_found || error.code == permission_denied ||
         error.code == corrupt_image || error.code == unsupported_format || error.code == too_large;
}

// The candidate of an earlier attempt goes with its run.
Result<void> note_failure(const Lesson& lesson, Run run, const core::Error& error) {
  run.state = "failed";
  run.error = error.message;
  run.finished_at = lesson.workshop.clock.now();
  return lesson.workshop.database.write([&](Session& session) -> Result<void> {
    SG_ASSIGN(auto model,
              models::find_version(session, model_name({.task = run.task, .scope = run.scope}), model_version(run)));
    if (model && model->state == "candidate") {
      model->state = "failed";
      model->error = error.message;
      SG_TRY(models::update(session, *model));
    }
    return runs::update(session, run);
  });
}

std::string model_json(const std::optional<core::ModelId>& model) {
  std::string text;
  core::JsonWriter(text)
      .begin_object()
      .member("model_id", model ? std::optional(model->to_string()) : std::nullopt)
      .end_object();
  return text;
}

}  // namespace

Result<std::string> retrain(const Lesson& lesson, const core::Task& task) {
  SG_ASSIGN(auto run, begin(lesson, task));
  if (run.finished_at) return model_json(run.model_id);
  const auto id = run.id;
  if (const auto learnt = learn(lesson, run); !learnt) {
    if (is_final(learnt.error())) SG_TRY(note_failure(lesson, run, learnt.error()));
    return core::fail(learnt.error());
  }
  SG_ASSIGN(const auto done, lesson.workshop.database.read([&](Session& session) { return runs::find(session, id); }));
  return model_json(done ? done->model_id : std::nullopt);
}

Result<std::string> evaluate(const Lesson& lesson, const core::Task& task) {
  SG_ASSIGN(auto arguments, filing::JsonFields::parse(task.arguments));
  const auto id = arguments.id<core::ModelId>("model_id");
  SG_TRY(arguments.outcome());
  SG_ASSIGN(auto model, lesson.workshop.database.read([&](Session& session) { return models::find(session, id); }));
  if (!model || model->state == "removed") return core::fail(core::not_found("There is no such model."));
  SG_ASSIGN(const auto subject, subject_of(*model));
  SG_ASSIGN(const auto set, fix_set(lesson, subject));
  SG_ASSIGN(const auto file, read_trained(lesson.workshop.blobs, *model));
  SG_ASSIGN(const auto current, current_of(lesson, subject, model->id));
  SG_ASSIGN(const auto examination, examine(lesson, set, file, current));
  model->metrics = metrics_of(examination, current.model ? std::optional(current.model->id) : std::nullopt,
                              lesson.workshop.clock.now());
  SG_TRY(lesson.workshop.database.write([&](Session& session) { return models::update(session, *model); }));
  return model->metrics;
}

queue::TaskHandlers training_handlers(Workshop& workshop, const std::filesystem::path& scratch) {
  const auto lesson_of = [&workshop, scratch](queue::TaskContext& context) {
    return Lesson{.workshop = workshop,
                  .log = context.log,
                  .should_stop = [&context] { return context.should_stop(); },
                  .set_progress = [&context](std::int32_t per_cent) { context.set_progress(per_cent); },
                  .scratch = scratch};
  };
  queue::TaskHandlers handlers;
  for (const auto kind : {retrain_anomaly_model, retrain_damage_model})
    handlers.emplace(kind, [lesson_of](const core::Task& task, queue::TaskContext& context) {
      return retrain(lesson_of(context), task);
    });
  handlers.emplace(evaluate_model_performance, [lesson_of](const core::Task& task, queue::TaskContext& context) {
    return evaluate(lesson_of(context), task);
  });
  return handlers;
}

}  // namespace sightglass::inspection::training
