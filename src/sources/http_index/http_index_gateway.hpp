// Directories as the index pages of web servers show them.
#pragma once

#include <memory>

#include "sources/source_address.hpp"

namespace sightglass::sources {

std::unique_ptr<Gateway> make_http_index_gateway(const Access& access, Politeness& politeness, const core::Clock& clock,
                                                 const GatewayLimits& limits);

}  // namespace sightglass::sources
