#include <algorithm>
#include <string>

#include "database/catalogue.hpp"
#include "database/conditions.hpp"
#include "database/dialect.hpp"

namespace sightglass::database::locations {
namespace {

const std::string select_locations =
    "SELECT id, name, latitude, longitude, altitude, description, created_at, updated_at FROM locations";

core::Location read_location(const Row& row) {
  core::Location location{.id = row.id<core::LocationId>(0),
                          .name = row.string(1),
                          .description = row.string(5),
                          .created_at = row.instant(6),
                          .updated_at = row.instant(7)};
  if (!row.is_null(2) && !row.is_null(3))
    location.position = core::GeoPosition{row.real(2), row.real(3), row.optional_real(4)};
  return location;
}

Session::Parameters values_of(const core::Location& location) {
  const auto& position = location.position;
  return {location.id,
          location.name,
          position ? Value(position->latitude) : Value(),
          position ? Value(position->longitude) : Value(),
          position ? Value(position->altitude) : Value(),
          location.description,
          location.updated_at};
}

}  // namespace

core::Result<void> insert(Session& session, const core::Location& location) {
  Session::Parameters parameters = values_of(location);
  parameters.emplace_back(location.created_at);
  SG_TRY(
      session.execute("INSERT INTO locations (id, name, latitude, longitude, altitude, description, updated_at, "
                      "created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                      parameters));
  return {};
}

core::Result<std::optional<core::Location>> find(Session& session, core::LocationId id) {
  return session.first(select_locations + " WHERE id = $1", {id}, read_location);
}

core::Result<std::vector<core::Location>> list(Session& session, const Filter& filter) {
  Conditions conditions;
  if (filter.text) add_contains(conditions, session.dialect(), "name || ' ' || description", *filter.text);
  if (filter.after) conditions.add("id > ?", {*filter.after});
  const std::string sql =
      select_locations + conditions.where() + " ORDER BY id LIMIT " + conditions.parameter(std::max(filter.limit, 1));
  return session.all(sql, conditions.parameters(), read_location);
}

core::Result<void> update(Session& session, const core::Location& location) {
  SG_ASSIGN(const auto changed,
            session.execute("UPDATE locations SET name = $2, latitude = $3, longitude = $4, altitude = $5, "
                            "description = $6, updated_at = $7 WHERE id = $1",
                            values_of(location)));
  if (changed == 0) return core::fail(core::not_found("There is no such location."));
  return {};
}

core::Result<bool> remove(Session& session, core::LocationId id) {
  SG_ASSIGN(const auto removed, session.execute("DELETE FROM locations WHERE id = $1", {id}));
  return removed > 0;
}

}  // namespace sightglass::database::locations
