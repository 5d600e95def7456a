// What a display says: several looks at it, and a vote.
#pragma once

#include <optional>
#include <vector>

#include "core/raster.hpp"
#include "core/result.hpp"
#include "vision/meters/meter_networks.hpp"
#include "vision/readings/meter_reader.hpp"

namespace sightglass::vision {

// Without `corners` (pixels of `picture`) the line of text with most to say for itself is taken. Blocks. Errors:
// invalid_input for corners that span too little; not_found when no model reads displays; those of `networks`.
core::Result<std::vector<DisplayGuess>> read_display(const core::Raster& picture,
                                                     const std::optional<Quadrangle>& corners, MeterNetworks& networks);

}  // namespace sightglass::vision
