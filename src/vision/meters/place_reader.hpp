// How far each wheel of a row, or the needle of a dial, has come.
#pragma once

#include <cstdint>
#include <vector>

#include "core/raster.hpp"
#include "core/result.hpp"
#include "vision/meters/meter_networks.hpp"
#include "vision/readings/meter_reader.hpp"

namespace sightglass::vision {

// `corners` are pixels of `picture`; of wheels they lie around the first to the last of `digits` windows, of a dial
// around its scale. Blocks. Errors: invalid_input for cells below 8 pixels a side or corners without area; internal for
// a network that does not tell a hundred places apart; those of `networks`.
core::Result<std::vector<PlaceShares>> read_places(const core::Raster& picture, PartKind kind,
                                                   const Quadrangle& corners, std::int32_t digits,
                                                   MeterNetworks& networks);

}  // namespace sightglass::vision
