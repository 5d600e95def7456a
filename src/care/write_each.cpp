#include "care/write_each.hpp"

#include <utility>

namespace sightglass::care {
namespace {

core::Result<void> write_one(database::Session& session, const WritePart& part, core::Result<void>& outcome) {
  SG_TRY(session.execute("SAVEPOINT part"));
  outcome = part(session);
  if (!outcome) {
    // After a full disk the store may have given up the whole transaction, and a new savepoint would silently begin
    // another one. Only a conflict is sure to have left the transaction open.
    if (outcome.error().code != core::ErrorCode::conflict) return outcome;
    SG_TRY(session.execute("ROLLBACK TO part"));
  }
  // Going back keeps the savepoint itself; unreleased, each would nest in the one before.
  SG_TRY(session.execute("RELEASE part"));
  return {};
}

}  // namespace

core::Result<std::vector<core::Result<void>>> write_each(database::Database& database,
                                                         std::span<const WritePart> parts) {
  return database.write([&](database::Session& session) -> core::Result<std::vector<core::Result<void>>> {
    std::vector<core::Result<void>> outcomes(parts.size());
    for (std::size_t i = 0; i < parts.size(); ++i) SG_TRY(write_one(session, parts[i], outcomes[i]));
    return outcomes;
  });
}

}  // namespace sightglass::care
