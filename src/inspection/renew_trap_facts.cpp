#include "inspection/renew_trap_facts.hpp"

#include <utility>

#include "database/photos.hpp"

namespace sightglass::inspection {

core::Result<bool> renew_trap_facts(database::Database& database, const core::TrapFacts& found, core::Photo& photo) {
  auto facts = found;
  if (!facts.temperature) facts.temperature = photo.metadata.trap.temperature;
  if (found.is_empty() || facts == photo.metadata.trap) return false;
  SG_TRY(database.write(
      [&](database::Session& session) { return database::photos::set_trap_facts(session, photo.id, facts); }));
  photo.metadata.trap = std::move(facts);
  return true;
}

}  // namespace sightglass::inspection
