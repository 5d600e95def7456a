#include "database/model_drift.hpp"

namespace sightglass::database::model_drift {
namespace {

const std::string select_drifts =
    "SELECT model_id, state, since, p, distance, goods, recent, checked_at FROM model_drift";

Drift read_drift(const Row& row) {
  return {.model_id = row.id<core::ModelId>(0),
          .state = row.string(1),
          .since = row.instant(2),
          .p = row.optional_real(3),
          .distance = row.optional_real(4),
          .goods = row.integer(5),
          .recent = row.integer(6),
          .checked_at = row.instant(7)};
}

}  // namespace

core::Result<void> put(Session& session, const Drift& drift) {
  SG_TRY(session.execute(
      "INSERT INTO model_drift (model_id, state, since, p, distance, goods, recent, checked_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (model_id) DO UPDATE SET state = excluded.state, "
      "since = excluded.since, p = excluded.p, distance = excluded.distance, goods = excluded.goods, "
      "recent = excluded.recent, checked_at = excluded.checked_at",
      {drift.model_id, drift.state, drift.since, drift.p, drift.distance, drift.goods, drift.recent,
       drift.checked_at}));
  return {};
}

core::Result<std::optional<Drift>> find(Session& session, core::ModelId model) {
  return session.first(select_drifts + " WHERE model_id = $1", {model}, read_drift);
}

core::Result<std::vector<Drift>> list(Session& session) {
  return session.all(select_drifts + " ORDER BY model_id", {}, read_drift);
}

core::Result<std::int64_t> prune(Session& session) {
  return session.execute(
      "DELETE FROM model_drift WHERE NOT EXISTS (SELECT 1 FROM model_promotions h WHERE "
      "h.model_id = model_drift.model_id AND h.is_current = 1)",
      {});
}

}  // namespace sightglass::database::model_drift
