// What outputs are told of a verdict (docs/stations.md).
#pragma once

#include <string>

#include "core/result.hpp"
#include "core/station_ids.hpp"
#include "core/time.hpp"
#include "database/outputs.hpp"
#include "database/triggers.hpp"
#include "outputs/sender.hpp"

namespace sightglass::stations {

std::string verdict_message(core::DeliveryId id, const database::triggers::Trigger& trigger);
std::string test_message(core::DeliveryId id, std::string_view station, core::Instant now);

// internal for a row whose message is none of these.
core::Result<outputs::Message> message_of(const database::outputs::Delivery& delivery);
// When the part passed, as the message says; when it was enqueued where that is not said.
core::Instant happened_at(const database::outputs::Delivery& delivery);

}  // namespace sightglass::stations
