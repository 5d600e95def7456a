// What the commands share that change rows as a person would on the pages: the audit entry, and many rows at once.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "cli/installation.hpp"
#include "cli/output.hpp"
#include "core/result.hpp"
#include "core/time.hpp"
#include "database/database.hpp"

namespace sightglass::cli {

// Appends what the command line did to an object; in the transaction that does it. Blocks.
core::Result<void> audit(database::Session& session, core::Instant now, std::string action, std::string object_type,
                         std::string object_id, std::string details = "{}");

// How many of the rows that a command was to change it changed, and how many refused.
struct Tally {
  std::int64_t changed = 0;
  std::int64_t refused = 0;
};
// Prints it. Failed when any refused.
Exit tell(const Output& out, const Tally& tally);

// What is done to one row; an error says why not.
template <typename Id>
using ChangeOne = std::function<core::Result<void>(database::Session&, Id, core::Instant)>;

// A transaction for each, so that what refuses (conflict, not_found) undoes itself and nothing else, and is printed.
// Any other error ends it. Blocks.
template <typename Id>
core::Result<void> change_each(Installation& installation, const Output& out, const std::vector<Id>& ids,
                               const ChangeOne<Id>& change, Tally& tally) {
  for (const auto id : ids) {
    const auto changed = installation.database().write(
        [&](database::Session& session) { return change(session, id, installation.clock().now()); });
    const bool is_refused = !changed && (changed.error().code == core::ErrorCode::conflict ||
                                         changed.error().code == core::ErrorCode::not_found);
    if (!changed && !is_refused) return core::fail(changed.error());
    ++(changed ? tally.changed : tally.refused);
    if (!changed) out.line(fmt::format("{}  {}", id.to_string(), changed.error().message));
  }
  return {};
}

}  // namespace sightglass::cli
