#include "database/promotions.hpp"

#include "database/conditions.hpp"

namespace sightglass::database::promotions {
namespace {

const std::string select_promotions =
    "SELECT id, task, scope_kind, scope_value, model_id, previous_id, promoted_at, promoted_by, rule, why, is_current "
    "FROM model_promotions";

Promotion read_promotion(const Row& row) {
  return {.id = row.string(0),
          .task = row.string(1),
          .scope = {.kind = row.string(2), .value = row.string(3)},
          .model_id = row.id<core::ModelId>(4),
          .previous_id = row.optional_id<core::ModelId>(5),
          .promoted_at = row.instant(6),
          .promoted_by = row.string(7),
          .rule = row.string(8),
          .why = row.string(9),
          .is_current = row.boolean(10)};
}

}  // namespace

core::Result<std::optional<Promotion>> current(Session& session, std::string_view task, const Scope& scope) {
  return session.first(
      select_promotions + " WHERE task = $1 AND scope_kind = $2 AND scope_value = $3 AND is_current = 1",
      {task, scope.kind, scope.value}, read_promotion);
}

core::Result<std::vector<Promotion>> currents(Session& session, std::optional<std::string> task) {
  Conditions conditions;
  conditions.add("is_current = 1");
  if (task) conditions.add("task = ?", {*task});
  return session.all(select_promotions + conditions.where() + " ORDER BY task, scope_kind, scope_value",
                     conditions.parameters(), read_promotion);
}

core::Result<std::vector<Promotion>> history(Session& session, core::ModelId model, std::int32_t limit) {
  return session.all(select_promotions + " WHERE model_id = $1 ORDER BY model_id DESC, id DESC LIMIT $2",
                     {model, limit}, read_promotion);
}

core::Result<std::vector<Promotion>> course(Session& session, std::string_view task, const Scope& scope) {
  return session.all(
      select_promotions + " WHERE task = $1 AND scope_kind = $2 AND scope_value = $3 ORDER BY promoted_at, id",
      {task, scope.kind, scope.value}, read_promotion);
}

core::Result<void> put(Session& session, const Promotion& promotion) {
  SG_TRY(end(session, promotion.task, promotion.scope));
  SG_TRY(session.execute(
      "INSERT INTO model_promotions (id, task, scope_kind, scope_value, model_id, previous_id, "
      "promoted_at, promoted_by, rule, why, is_current) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1)",
      {promotion.id, promotion.task, promotion.scope.kind, promotion.scope.value, promotion.model_id,
       promotion.previous_id, promotion.promoted_at, promotion.promoted_by, promotion.rule, promotion.why}));
  return {};
}

core::Result<bool> end(Session& session, std::string_view task, const Scope& scope) {
  SG_ASSIGN(const auto changed,
            session.execute("UPDATE model_promotions SET is_current = 0 WHERE task = $1 AND scope_kind = $2 AND "
                            "scope_value = $3 AND is_current = 1",
                            {task, scope.kind, scope.value}));
  return changed > 0;
}

}  // namespace sightglass::database::promotions
