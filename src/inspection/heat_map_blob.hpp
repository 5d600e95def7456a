// Where the heat maps of photos lie in the store.
#pragma once

#include <string_view>

#include "core/photo.hpp"
#include "core/result.hpp"
#include "inspection/heat_map.hpp"
#include "inspection/observations.hpp"

namespace sightglass::inspection {

// A folder for each photo. What lies there can be made again, and may be removed at any time.
inline constexpr std::string_view heat_maps_prefix = "cache/heat/";

// A map over a photo as people see it, as the blob that is kept: turned back to the upright original, as boxes are,
// under a key of its bytes, so that the same map made again is the same blob. invalid_input as to_bytes().
core::Result<SeenHeatMap> heat_map_blob(const core::Photo& photo, const HeatMap& as_seen);

// Turned against the clock by `degrees`, a quarter turn.
HeatMap turned_back(const HeatMap& map, std::int32_t degrees);

}  // namespace sightglass::inspection
