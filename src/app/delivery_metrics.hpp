// What /metrics says of what stations tell their outputs.
#pragma once

#include "stations/deliverer.hpp"
#include "telemetry/metrics.hpp"

namespace sightglass::app {

// `deliverer` outlives the registry's last print.
void add_delivery_metrics(telemetry::Metrics& metrics, const stations::Deliverer& deliverer);

}  // namespace sightglass::app
