// A directory of an FTP server.
#pragma once

#include <memory>

#include "sources/source_address.hpp"

namespace sightglass::sources {

// "ftp://host/path/" is a path below the directory that the user starts in. Asks with MLSD, and with LIST where a
// server has none; LIST's times are in a zone that it does not tell, which is found out with one file's MDTM. Data
// connections are passive, and lead to the server itself.
std::unique_ptr<Gateway> make_ftp_gateway(const Access& access, Politeness& politeness, const core::Clock& clock,
                                          const GatewayLimits& limits);

}  // namespace sightglass::sources
