#include "database/training_runs.hpp"

#include <algorithm>

#include "core/task.hpp"
#include "database/conditions.hpp"

namespace sightglass::database::training_runs {
namespace {

const std::string select_runs =
    "SELECT r.id, r.task, r.scope_kind, r.scope_value, r.task_id, r.state, r.settings, r.counts, r.result, r.model_id, "
    "r.error, r.created_at, r.created_by, r.finished_at, t.state, t.progress, t.error, t.finished_at "
    "FROM training_runs r LEFT JOIN tasks t ON t.id = r.task_id";

std::string_view state_of(core::TaskState task) {
  using enum core::TaskState;
  switch (task) {
    case running: return "running";
    case completed: return "done";
    case discarded: return "failed";
    case cancelled: return "cancelled";
    case available:
    case scheduled:
    case retryable: break;
  }
  return "queued";
}

// A run that did not tell its own end, told by its task.
void take_task(Run& run, const Row& row) {
  const auto task = row.is_null(14) ? std::nullopt : core::task_state_from_name(row.text(14));
  if (!task) {
    run.state = "failed";
    run.error = "The task ended without a word.";
    return;
  }
  run.state = state_of(*task);
  run.progress = static_cast<std::int32_t>(row.integer(15));
  if (run.state == "failed") run.error = row.string(16);
  if (core::is_final(*task)) run.finished_at = row.optional_instant(17);
}

Run read_run(const Row& row) {
  Run run{.id = row.id<core::TrainingRunId>(0),
          .task = row.string(1),
          .scope = {.kind = row.string(2), .value = row.string(3)},
          .task_id = row.id<core::TaskId>(4),
          .state = row.string(5),
          .settings = row.string(6),
          .counts = row.string(7),
          .result = row.string(8),
          .model_id = row.optional_id<core::ModelId>(9),
          .error = row.string(10),
          .created_at = row.instant(11),
          .created_by = row.string(12),
          .finished_at = row.optional_instant(13)};
  if (run.finished_at)
    run.progress = run.state == "done" ? 100 : 0;
  else
    take_task(run, row);
  return run;
}

}  // namespace

core::Result<void> insert(Session& session, const Run& run) {
  SG_TRY(session.execute(
      "INSERT INTO training_runs (id, task, scope_kind, scope_value, task_id, state, settings, counts, "
      "result, model_id, error, created_at, created_by, finished_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
      {run.id, run.task, run.scope.kind, run.scope.value, run.task_id, run.state, run.settings, run.counts, run.result,
       run.model_id, run.error, run.created_at, run.created_by, run.finished_at}));
  return {};
}

core::Result<std::optional<Run>> find(Session& session, core::TrainingRunId id) {
  return session.first(select_runs + " WHERE r.id = $1", {id}, read_run);
}

core::Result<std::vector<Run>> list(Session& session, const Filter& filter) {
  Conditions conditions;
  if (filter.task) conditions.add("r.task = ?", {*filter.task});
  if (filter.scope_kind) conditions.add("r.scope_kind = ?", {*filter.scope_kind});
  if (filter.scope_value) conditions.add("r.scope_value = ?", {*filter.scope_value});
  if (filter.after) conditions.add("r.id < ?", {*filter.after});
  const std::string sql =
      select_runs + conditions.where() + " ORDER BY r.id DESC LIMIT " + conditions.parameter(std::max(filter.limit, 1));
  return session.all(sql, conditions.parameters(), read_run);
}

core::Result<void> update(Session& session, const Run& run) {
  SG_ASSIGN(const auto changed,
            session.execute("UPDATE training_runs SET state = $2, counts = $3, result = $4, model_id = $5, error = $6, "
                            "finished_at = $7 WHERE id = $1",
                            {run.id, run.state, run.counts, run.result, run.model_id, run.error, run.finished_at}));
  if (changed == 0) return core::fail(core::not_found("There is no such run."));
  return {};
}

}  // namespace sightglass::database::training_runs
