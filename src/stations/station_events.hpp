// What others see and ask of a running station.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "camera/types.hpp"

namespace sightglass::stations {

// Of this node since it runs the station. Days are in the database (database/stations.hpp).
struct StationStatus {
  bool is_running = false;  // here; false: switched off, of another node, or without a camera
  camera::State camera = camera::State::disconnected;
  bool is_simulated = false;
  bool is_armed = false;  // the next trigger is taken
  std::string
      fault{};  // in words for the operator: why it is not armed, or what went wrong last; empty when all is well
  std::uint64_t triggers = 0;
  std::uint64_t lost = 0;          // triggers without a picture
  std::size_t waiting_frames = 0;  // taken and not judged yet, in memory
  std::size_t spilled_frames = 0;  // the same, on disk
};

}  // namespace sightglass::stations
