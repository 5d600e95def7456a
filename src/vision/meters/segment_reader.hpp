// What a display of seven segments says, by a network of its own.
#pragma once

#include <optional>
#include <vector>

#include "core/raster.hpp"
#include "core/result.hpp"
#include "vision/meters/meter_networks.hpp"
#include "vision/readings/meter_reader.hpp"

namespace sightglass::vision {

// Several cuts of the quadrangle (pixels of `picture`); weights are probabilities, the mean of the cuts. None when no
// network for displays is installed; an empty list when it sees no digits. Blocks. Errors: invalid_input for corners
// that span too little; internal for a network without a probability for each label; those of `networks`.
core::Result<std::optional<std::vector<DisplayGuess>>> read_segments(const core::Raster& picture,
                                                                     const Quadrangle& corners,
                                                                     MeterNetworks& networks);

}  // namespace sightglass::vision
