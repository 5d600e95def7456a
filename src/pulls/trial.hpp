// Tries a source without keeping anything: what servers do before one is saved, and people at the shell.
#pragma once

#include "accounts/sealed_secrets.hpp"
#include "core/time.hpp"
#include "pulls/parts.hpp"
#include "pulls/pulls.hpp"

namespace sightglass::pulls {

// As Pulls::test.
core::Result<Trial> try_source(const sources::Access& access, const SourceSettings& settings, const PullLimits& limits,
                               const core::Clock& clock);
// As Pulls::access_of.
core::Result<sources::Access> access_of(const database::pull_sources::Source& source,
                                        const accounts::SealedSecrets& secrets);

sources::GatewayLimits limits_for(const SourceSettings& settings, const PullLimits& limits);

}  // namespace sightglass::pulls
