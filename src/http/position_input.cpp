#include "http/position_input.hpp"

namespace sightglass::http {

PositionInput read_position(JsonObject& body) {
  return {.latitude = body.patched_number("latitude", {.least = -90, .most = 90}),
          .longitude = body.patched_number("longitude", {.least = -180, .most = 180}),
          // Below the deepest trench and above any aircraft nothing is photographed.
          .altitude = body.patched_number("altitude", {.least = -12'000, .most = 100'000})};
}

core::Result<std::optional<core::GeoPosition>> merged(const std::optional<core::GeoPosition>& position,
                                                      const PositionInput& input) {
  const auto latitude = input.latitude.is_present ? input.latitude.value
                        : position                ? std::optional(position->latitude)
                                                  : std::nullopt;
  const auto longitude = input.longitude.is_present ? input.longitude.value
                         : position                 ? std::optional(position->longitude)
                                                    : std::nullopt;
  if (latitude.has_value() != longitude.has_value()) {
    return core::fail(core::invalid_input(latitude ? "longitude" : "latitude",
                                          "latitude and longitude must be given or removed together"));
  }
  if (!latitude) {
    if (input.altitude.value) {
      return core::fail(core::invalid_input("altitude", "altitude needs latitude and longitude"));
    }
    return std::optional<core::GeoPosition>{};
  }
  const auto altitude = input.altitude.is_present ? input.altitude.value : position ? position->altitude : std::nullopt;
  return core::GeoPosition{.latitude = *latitude, .longitude = *longitude, .altitude = altitude};
}

}  // namespace sightglass::http
