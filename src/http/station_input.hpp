// What people may say of a station.
#pragma once

#include <optional>
#include <string>

#include "core/camera_id.hpp"
#include "core/result.hpp"
#include "database/stations.hpp"
#include "http/endpoint_support.hpp"

namespace sightglass::http {

// Absent members are left alone.
struct StationInput {
  std::optional<std::string> name{};
  std::optional<core::CameraId> camera{};
  std::optional<std::string> trigger{}, recipe{};  // as stations/recipe.hpp writes them
  std::optional<bool> enabled{};
};

// Of a new station, name, camera_id and trigger are required. Errors of trigger and recipe name their member.
core::Result<StationInput> read_station_input(const Request& request, bool is_new);
// A recipe that differs raises the station's version.
ChangedFields apply(const StationInput& input, database::stations::Station& station);

}  // namespace sightglass::http
