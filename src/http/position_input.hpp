// A position in a JSON body: latitude and longitude come and go together, altitude rides along.
#pragma once

#include <optional>

#include "core/geometry.hpp"
#include "http/json_body.hpp"

namespace sightglass::http {

struct PositionInput {
  Patched<double> latitude{}, longitude{}, altitude{};
  bool is_present() const { return latitude.is_present || longitude.is_present || altitude.is_present; }
};

// "latitude", "longitude" and "altitude" of `body`, in range. Errors wait in the body.
PositionInput read_position(JsonObject& body);

// `position` with what the input says: null latitude and longitude remove it. invalid_input naming the half that is
// missing.
core::Result<std::optional<core::GeoPosition>> merged(const std::optional<core::GeoPosition>& position,
                                                      const PositionInput& input);

}  // namespace sightglass::http
