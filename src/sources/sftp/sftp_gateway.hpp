// A directory of an SSH server.
#pragma once

#include <memory>

#include "sources/source_address.hpp"

namespace sightglass::sources {

// "sftp://host/path/" is an absolute path, "sftp://host/~/path/" one below the user's own directory. Links are not
// listed: they lead wherever they like. Connections are kept between requests, as many as there are at once.
std::unique_ptr<Gateway> make_sftp_gateway(const Access& access, Politeness& politeness, const core::Clock& clock,
                                           const GatewayLimits& limits);

}  // namespace sightglass::sources
