// Ids of what inspection stations keep.
#pragma once

#include "core/ids.hpp"

namespace sightglass::core {

using StationId = UuidId<struct StationTag>;
using TriggerId = UuidId<struct TriggerTag>;
using OutputId = UuidId<struct OutputTag>;
using DeliveryId = UuidId<struct DeliveryTag>;

}  // namespace sightglass::core
