// The tasks that train models and measure them.
#pragma once

#include <string>

#include "core/result.hpp"
#include "core/task.hpp"
#include "inspection/training/lesson.hpp"
#include "queue/worker.hpp"

namespace sightglass::inspection::training {

// `retrain_anomaly_model` and `retrain_damage_model`, with the argument {"run_id"}: learns, examines on what is held
// out, stores and registers the model, promotes it when the run says so and the rule agrees. Repeated after a crash it
// begins anew and ends with one model; a run that has ended stays as it is. Blocks for minutes. Returns the task's
// result as JSON. Errors: not_found without such a run; invalid_input saying what to add; cancelled.
core::Result<std::string> retrain(const Lesson& lesson, const core::Task& task);

// `evaluate_model_performance`, with the argument {"model_id"}: what comes of it joins the model's metrics.
core::Result<std::string> evaluate(const Lesson& lesson, const core::Task& task);

// By kind. `workshop` outlives them; `scratch` is a folder on a disk for features while training.
queue::TaskHandlers training_handlers(Workshop& workshop, const std::filesystem::path& scratch);

}  // namespace sightglass::inspection::training
