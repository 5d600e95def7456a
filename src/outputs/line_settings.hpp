// What an output of the kind "line" is set to: which line of the station's camera rises, at which verdict, how long.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace sightglass::outputs {

struct LineSettings {
  std::string line = "Line1";  // as the camera calls it
  bool on_ok = false;          // else at NG
  std::chrono::milliseconds pulse{500};
};

// invalid_input naming the member ("settings.line").
core::Result<LineSettings> line_settings_from_json(std::string_view settings);

}  // namespace sightglass::outputs
