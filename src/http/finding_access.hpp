// What rows about findings share: whether the caller may see and decide, the log of it, and the answer.
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "core/photo.hpp"
#include "core/result.hpp"
#include "database/findings.hpp"
#include "http/services.hpp"
#include "inspection/decisions.hpp"

namespace sightglass::http {

struct SeenFinding {
  database::findings::Listed listed{};
  core::Photo photo{};
};

core::Result<core::FindingId> captured_finding(const Request& request);
// Blocks on the database. not_found when there is none, or none of this kind, or the caller may not see its photo.
core::Result<SeenFinding> seen_finding(database::Session& session, const accounts::Caller& caller, core::FindingId id,
                                       std::optional<core::FindingKind> kind = std::nullopt);

inspection::Person person_of(const accounts::Caller& caller);

// In the transaction of the decision: tells the photo's history of it. `action` is "confirm", "undo", …
core::Result<void> log_decision(const Services& services, database::Session& session, const Request& request,
                                std::string_view action, const inspection::Decided& decided);
// Behind the commit: a photo's sidecar tells its verdict. Blocks.
void renew_sidecars(const Services& services, const std::vector<inspection::Decided>& decided);

// Decides on the finding that the route names, when the caller may: `decide` runs in the transaction. 200 with the
// finding as it stands.
using Deciding = std::function<core::Result<inspection::Decided>(database::Session&, const SeenFinding&)>;
core::Result<Response> decide_captured(const Services& services, const Request& request,
                                       std::optional<core::FindingKind> kind, std::string_view action,
                                       const Deciding& decide);

}  // namespace sightglass::http
