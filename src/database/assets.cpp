#include <algorithm>
#include <string>

#include "database/catalogue.hpp"
#include "database/conditions.hpp"
#include "database/dialect.hpp"

namespace sightglass::database::assets {
namespace {

const std::string select_assets =
    "SELECT id, code, name, type, description, location_id, created_at, updated_at FROM assets";

core::Asset read_asset(const Row& row) {
  return {.id = row.id<core::AssetId>(0),
          .code = row.string(1),
          .name = row.string(2),
          .type = row.string(3),
          .description = row.string(4),
          .location_id = row.optional_id<core::LocationId>(5),
          .created_at = row.instant(6),
          .updated_at = row.instant(7)};
}

}  // namespace

core::Result<void> insert(Session& session, const core::Asset& asset) {
  SG_TRY(
      session.execute("INSERT INTO assets (id, code, name, type, description, location_id, created_at, updated_at) "
                      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                      {asset.id, asset.code, asset.name, asset.type, asset.description, asset.location_id,
                       asset.created_at, asset.updated_at}));
  return {};
}

core::Result<std::optional<core::Asset>> find(Session& session, core::AssetId id) {
  return session.first(select_assets + " WHERE id = $1", {id}, read_asset);
}

core::Result<std::optional<core::Asset>> find_by_code(Session& session, std::string_view code) {
  return session.first(select_assets + " WHERE code = $1", {code}, read_asset);
}

core::Result<std::vector<core::Asset>> list(Session& session, const Filter& filter) {
  Conditions conditions;
  if (filter.location) conditions.add("location_id = ?", {*filter.location});
  if (filter.text)
    add_contains(conditions, session.dialect(), "code || ' ' || name || ' ' || type || ' ' || description",
                 *filter.text);
  if (filter.after) conditions.add("id > ?", {*filter.after});
  const std::string sql =
      select_assets + conditions.where() + " ORDER BY id LIMIT " + conditions.parameter(std::max(filter.limit, 1));
  return session.all(sql, conditions.parameters(), read_asset);
}

core::Result<void> update(Session& session, const core::Asset& asset) {
  SG_ASSIGN(const auto changed,
            session.execute("UPDATE assets SET code = $2, name = $3, type = $4, description = $5, location_id = $6, "
                            "updated_at = $7 WHERE id = $1",
                            {asset.id, asset.code, asset.name, asset.type, asset.description, asset.location_id,
                             asset.updated_at}));
  if (changed == 0) return core::fail(core::not_found("There is no such asset."));
  return {};
}

core::Result<bool> remove(Session& session, core::AssetId id) {
  SG_ASSIGN(const auto removed, session.execute("DELETE FROM assets WHERE id = $1", {id}));
  return removed > 0;
}

}  // namespace sightglass::database::assets
