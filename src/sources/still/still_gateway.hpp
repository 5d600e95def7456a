// A camera's picture of now, at one address: each look is a file of its own when it differs from the look before.
#pragma once

#include <memory>

#include "sources/source_address.hpp"

namespace sightglass::sources {

// Listing takes the picture and keeps it, for the fetch that follows: many cameras answer nothing but GET, and would
// take another picture at the second. A picture that is not kept any more, after a restart, is gone.
std::unique_ptr<Gateway> make_still_gateway(const Access& access, Politeness& politeness, const core::Clock& clock,
                                            const GatewayLimits& limits);

}  // namespace sightglass::sources
