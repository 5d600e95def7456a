// Publishes each message at a broker, and beside it whether this output is there at all.
#pragma once

#include <memory>
#include <string_view>

#include "core/result.hpp"
#include "outputs/sender.hpp"

namespace sightglass::outputs {

// docs/stations.md describes the settings. The connection is kept from start() or the first message on, and made again
// by itself when it is lost. invalid_input naming "settings.topic" or "secret".
core::Result<std::unique_ptr<Sender>> make_mqtt_sender(std::string_view settings, std::string_view secret,
                                                       std::string_view identity, std::string_view station);

}  // namespace sightglass::outputs
