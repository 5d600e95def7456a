// A directory of this machine, or one that is mounted there.
#pragma once

#include <memory>

#include "sources/source_address.hpp"

namespace sightglass::sources {

// Links are neither followed nor listed, above the directory neither. A file that changes while it is copied is
// `wrong_length`, so that it is tried again.
std::unique_ptr<Gateway> make_folder_gateway(const Access& access, Politeness& politeness, const core::Clock& clock,
                                             const GatewayLimits& limits);

}  // namespace sightglass::sources
