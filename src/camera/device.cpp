#include "camera/device.hpp"

#include "camera/simulated/simulated_device.hpp"

namespace sightglass::camera {

core::Result<std::unique_ptr<Device>> make_device(const Source& source) {
  switch (source.driver) {
    case Driver::simulated: return make_simulated_device(source.address);
    case Driver::aravis:
    case Driver::stream: break;
  }
  return core::fail(
      core::invalid_input("driver", "Sightglass cannot drive cameras of this kind yet: only simulated ones."));
}

core::Result<std::vector<Found>> discover() { return std::vector<Found>{}; }

}  // namespace sightglass::camera
