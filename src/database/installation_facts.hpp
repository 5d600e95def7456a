// Facts of the whole installation that its nodes must agree on.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/time.hpp"
#include "database/database.hpp"

namespace sightglass::database::installation_facts {

inline constexpr std::string_view signing_key = "signing_key";  // the key's fingerprint, never the key

// All block.

core::Result<std::optional<std::string>> find(Session& session, std::string_view name);
// What holds then: `value`, or what another node had said before.
core::Result<std::string> find_or_set(Session& session, std::string_view name, std::string_view value,
                                      core::Instant now);
// Whatever held before.
core::Result<void> set(Session& session, std::string_view name, std::string_view value, core::Instant now);

}  // namespace sightglass::database::installation_facts
