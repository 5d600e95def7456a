// The reader of meters: of wheels and needles by small networks of their own, of displays by recognisers of text.
#pragma once

#include <memory>

#include "vision/meters/meter_networks.hpp"
#include "vision/readings/meter_reader.hpp"

namespace sightglass::vision {

// `networks` must outlive it.
std::unique_ptr<MeterReader> make_meter_reader(MeterNetworks& networks);

}  // namespace sightglass::vision
