#include "database/species_lists.hpp"

#include <boost/json.hpp>
#include <string>

namespace sightglass::database::species_lists {
namespace {

namespace json = boost::json;

std::string scope_of(const std::optional<core::LocationId>& location) {
  return location ? location->to_string() : std::string("everywhere");
}

std::string text_of(const std::vector<core::Species>& species) {
  json::array list;
  for (const auto& one : species) list.push_back(json::array{one.name, one.scientific_name});
  return json::serialize(list);
}

core::Result<std::vector<core::Species>> species_of(const std::string& text) {
  try {
    std::vector<core::Species> species;
    for (const auto& one : json::parse(text).as_array())
      species.push_back({.name = std::string(one.as_array().at(0).as_string()),
                         .scientific_name = std::string(one.as_array().at(1).as_string())});
    return species;
  } catch (const std::exception& error) {
    return core::fail(core::internal_error("a list of species cannot be read", error.what()));
  }
}

}  // namespace

core::Result<std::vector<core::Species>> find(Session& session, const std::optional<core::LocationId>& location) {
  SG_ASSIGN(const auto text, session.first("SELECT species FROM species_lists WHERE scope = $1", {scope_of(location)},
                                           [](const Row& row) { return row.string(0); }));
  return species_of(text.value_or("[]"));
}

core::Result<void> replace(Session& session, const std::optional<core::LocationId>& location,
                           const std::vector<core::Species>& species, core::Instant now) {
  if (species.empty()) {
    SG_TRY(session.execute("DELETE FROM species_lists WHERE scope = $1", {scope_of(location)}));
    return {};
  }
  SG_TRY(
      session.execute("INSERT INTO species_lists (scope, location_id, species, updated_at) VALUES ($1, $2, $3, $4) "
                      "ON CONFLICT (scope) DO UPDATE SET species = excluded.species, updated_at = excluded.updated_at",
                      {scope_of(location), location, text_of(species), now}));
  return {};
}

core::Result<Holding> holding_at(Session& session, const std::optional<core::LocationId>& location) {
  Holding holding{.location = location};
  SG_ASSIGN(holding.species, find(session, location));
  if (!location || !holding.species.empty()) return holding;
  holding.location.reset();
  SG_ASSIGN(holding.species, find(session, std::nullopt));
  return holding;
}

}  // namespace sightglass::database::species_lists
