#include "database/models.hpp"

#include <algorithm>

#include "database/conditions.hpp"

namespace sightglass::database::models {
namespace {

const std::string select_models =
    "SELECT id, name, version, task, format, state, origin, manifest, metrics, key_prefix, bytes, sha256, "
    "training_run, created_at, created_by, error FROM models";

Model read_model(const Row& row) {
  return {.id = row.id<core::ModelId>(0),
          .name = row.string(1),
          .version = row.string(2),
          .task = row.string(3),
          .format = row.string(4),
          .state = row.string(5),
          .origin = row.string(6),
          .manifest = row.string(7),
          .metrics = row.string(8),
          .key_prefix = row.string(9),
          .bytes = row.integer(10),
          .sha256 = row.string(11),
          .training_run = row.optional_id<core::TrainingRunId>(12),
          .created_at = row.instant(13),
          .created_by = row.string(14),
          .error = row.string(15)};
}

}  // namespace

core::Result<void> insert(Session& session, const Model& model) {
  SG_TRY(session.execute(
      "INSERT INTO models (id, name, version, task, format, state, origin, manifest, metrics, key_prefix, bytes, "
      "sha256, training_run, created_at, created_by, error) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
      {model.id, model.name, model.version, model.task, model.format, model.state, model.origin, model.manifest,
       model.metrics, model.key_prefix, model.bytes, model.sha256, model.training_run, model.created_at,
       model.created_by, model.error}));
  return {};
}

core::Result<std::optional<Model>> find(Session& session, core::ModelId id) {
  return session.first(select_models + " WHERE id = $1", {id}, read_model);
}

core::Result<std::optional<Model>> find_version(Session& session, std::string_view name, std::string_view version) {
  return session.first(select_models + " WHERE name = $1 AND version = $2", {name, version}, read_model);
}

core::Result<std::optional<Model>> find_newest_ready(Session& session, std::string_view name, std::string_view task) {
  return session.first(select_models + " WHERE name = $1 AND task = $2 AND state = 'ready' ORDER BY id DESC LIMIT 1",
                       {name, task}, read_model);
}

core::Result<std::vector<Model>> list(Session& session, const Filter& filter) {
  Conditions conditions;
  if (filter.task) conditions.add("task = ?", {*filter.task});
  if (filter.state)
    conditions.add("state = ?", {*filter.state});
  else
    conditions.add("state <> 'removed'");
  if (filter.after) conditions.add("id < ?", {*filter.after});
  const std::string sql =
      select_models + conditions.where() + " ORDER BY id DESC LIMIT " + conditions.parameter(std::max(filter.limit, 1));
  return session.all(sql, conditions.parameters(), read_model);
}

core::Result<void> update(Session& session, const Model& model) {
  SG_ASSIGN(
      const auto changed,
      session.execute("UPDATE models SET state = $2, error = $3, manifest = $4, metrics = $5, bytes = $6, "
                      "sha256 = $7 WHERE id = $1",
                      {model.id, model.state, model.error, model.manifest, model.metrics, model.bytes, model.sha256}));
  if (changed == 0) return core::fail(core::not_found("There is no such model."));
  return {};
}

}  // namespace sightglass::database::models
