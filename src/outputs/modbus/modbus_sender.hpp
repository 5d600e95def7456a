// Switches coils of a PLC or stack light: Modbus/TCP, function 5.
#pragma once

#include <memory>
#include <string_view>

#include "core/result.hpp"
#include "outputs/sender.hpp"

namespace sightglass::outputs {

// docs/stations.md describes the settings. invalid_input naming "settings.ok_coil".
core::Result<std::unique_ptr<Sender>> make_modbus_sender(std::string_view settings);

}  // namespace sightglass::outputs
