#include "database/meters.hpp"

#include <algorithm>

#include "database/conditions.hpp"

namespace sightglass::database::meters {
namespace {

const std::string select_meters =
    "SELECT id, asset_id, name, kind, unit, digits, decimals, rolls_over, largest_rate, profile, reference_photo, "
    "created_at, updated_at FROM meters";

Meter read_meter(const Row& row) {
  return {.id = row.id<core::MeterId>(0),
          .asset_id = row.id<core::AssetId>(1),
          .name = row.string(2),
          .kind = row.string(3),
          .unit = row.string(4),
          .digits = static_cast<std::int32_t>(row.integer(5)),
          .decimals = static_cast<std::int32_t>(row.integer(6)),
          .rolls_over = row.boolean(7),
          .largest_rate = row.optional_real(8),
          .profile = row.string(9),
          .reference_photo = row.optional_id<core::PhotoId>(10),
          .created_at = row.instant(11),
          .updated_at = row.instant(12)};
}

Session::Parameters values_of(const Meter& meter) {
  return {meter.id,        meter.name,       meter.kind,         meter.unit,    meter.digits,
          meter.decimals,  meter.rolls_over, meter.largest_rate, meter.profile, meter.reference_photo,
          meter.updated_at};
}

}  // namespace

core::Result<void> insert(Session& session, const Meter& meter) {
  auto values = values_of(meter);
  values.emplace_back(meter.asset_id);
  values.emplace_back(meter.created_at);
  SG_TRY(
      session.execute("INSERT INTO meters (id, name, kind, unit, digits, decimals, rolls_over, largest_rate, profile, "
                      "reference_photo, updated_at, asset_id, created_at) "
                      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
                      values));
  return {};
}

core::Result<std::optional<Meter>> find(Session& session, core::MeterId id) {
  return session.first(select_meters + " WHERE id = $1", {id}, read_meter);
}

core::Result<std::vector<Meter>> list(Session& session, std::optional<core::AssetId> asset,
                                      std::optional<core::MeterId> after, std::int32_t limit) {
  Conditions conditions;
  if (asset) conditions.add("asset_id = ?", {*asset});
  if (after) conditions.add("id > ?", {*after});
  const std::string sql =
      select_meters + conditions.where() + " ORDER BY id LIMIT " + conditions.parameter(std::max(limit, 1));
  return session.all(sql, conditions.parameters(), read_meter);
}

core::Result<void> update(Session& session, const Meter& meter) {
  SG_ASSIGN(const auto changed,
            session.execute("UPDATE meters SET name = $2, kind = $3, unit = $4, digits = $5, decimals = $6, "
                            "rolls_over = $7, largest_rate = $8, profile = $9, reference_photo = $10, "
                            "updated_at = $11 WHERE id = $1",
                            values_of(meter)));
  if (changed == 0) return core::fail(core::not_found("There is no such meter."));
  return {};
}

core::Result<bool> remove(Session& session, core::MeterId id) {
  SG_ASSIGN(const auto removed, session.execute("DELETE FROM meters WHERE id = $1", {id}));
  return removed > 0;
}

}  // namespace sightglass::database::meters
