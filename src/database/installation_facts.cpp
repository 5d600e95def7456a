#include "database/installation_facts.hpp"

namespace sightglass::database::installation_facts {

core::Result<std::optional<std::string>> find(Session& session, std::string_view name) {
  return session.first("SELECT value FROM installation WHERE name = $1", {name},
                       [](const Row& row) { return row.string(0); });
}

core::Result<std::string> find_or_set(Session& session, std::string_view name, std::string_view value,
                                      core::Instant now) {
  SG_TRY(session.execute(
      "INSERT INTO installation (name, value, set_at) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING",
      {name, value, now}));
  SG_ASSIGN(const auto holds, find(session, name));
  return holds.value_or(std::string(value));
}

core::Result<void> set(Session& session, std::string_view name, std::string_view value, core::Instant now) {
  SG_TRY(
      session.execute("INSERT INTO installation (name, value, set_at) VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE "
                      "SET value = excluded.value, set_at = excluded.set_at",
                      {name, value, now}));
  return {};
}

}  // namespace sightglass::database::installation_facts
