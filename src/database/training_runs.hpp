// Runs of training: what was asked for, what became of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/findings.hpp"
#include "core/result.hpp"
#include "database/database.hpp"
#include "database/promotions.hpp"

namespace sightglass::database::training_runs {

struct Run {
  core::TrainingRunId id{};
  std::string task{};  // of the model: "anomaly", "damage", "species"
  promotions::Scope scope{};
  core::TaskId task_id{};        // of the queue
  std::string state = "queued";  // "queued", "running", "done", "failed", "cancelled"
  std::string settings = "{}";   // JSON object
  std::string counts = "null";   // JSON: what it learnt of
  std::string result = "null";   // JSON: what was measured
  std::optional<core::ModelId> model_id{};
  std::string error{};
  core::Instant created_at{};
  std::string created_by{};  // a name
  std::optional<core::Instant> finished_at{};
  std::int32_t progress = 0;  // per cent, of the queue's task; never stored from here
};

// All block.

core::Result<void> insert(Session& session, const Run& run);
// As long as a run has not ended, its state is that of its task: a worker that died tells nobody.
core::Result<std::optional<Run>> find(Session& session, core::TrainingRunId id);

struct Filter {
  std::optional<std::string> task{};
  std::optional<std::string> scope_kind{};
  std::optional<std::string> scope_value{};
  std::optional<core::TrainingRunId> after{};
  std::int32_t limit = 50;
};
core::Result<std::vector<Run>> list(Session& session, const Filter& filter);  // newest first

// State, counts, result, model, error, finished_at. not_found.
core::Result<void> update(Session& session, const Run& run);

}  // namespace sightglass::database::training_runs
