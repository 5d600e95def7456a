#include "cli/steering.hpp"

#include <array>
#include <utility>

#include "accounts/caller.hpp"
#include "database/people.hpp"

namespace sightglass::cli {

core::Result<void> audit(database::Session& session, core::Instant now, std::string action, std::string object_type,
                         std::string object_id, std::string details) {
  const auto caller = accounts::command_line_caller();
  const std::array entry{core::AuditEntry{.at = now,
                                          .actor = caller.name,
                                          .action = std::move(action),
                                          .object_type = std::move(object_type),
                                          .object_id = std::move(object_id),
                                          .peer = caller.name,
                                          .details = std::move(details)}};
  return database::audit::append(session, entry);
}

Exit tell(const Output& out, const Tally& tally) {
  out.line(fmt::format("{} changed, {} refused", tally.changed, tally.refused));
  out.document(fmt::format("{{\"changed\":{},\"refused\":{}}}", tally.changed, tally.refused));
  return tally.refused > 0 ? Exit::failed : Exit::ok;
}

}  // namespace sightglass::cli
