// Directories of WebDAV servers.
#pragma once

#include <memory>

#include "sources/source_address.hpp"

namespace sightglass::sources {

std::unique_ptr<Gateway> make_webdav_gateway(const Access& access, Politeness& politeness, const core::Clock& clock,
                                             const GatewayLimits& limits);

}  // namespace sightglass::sources
