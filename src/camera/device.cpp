#include "camera/device.hpp"

#include "camera/aravis/aravis_camera.hpp"
#include "camera/simulated/simulated_device.hpp"
#include "camera/stream/stream_device.hpp"

namespace sightglass::camera {

core::Result<std::unique_ptr<Device>> make_device(const Source& source) {
  switch (source.driver) {
    case Driver::simulated: return make_simulated_device(source.address);
    case Driver::aravis: return make_aravis_device(source.address);
    case Driver::stream: return stream::make_stream_device(source.address, source.stream_reader);
  }
  return core::fail(core::invalid_input("driver", "driver must be aravis, stream or simulated"));
}

core::Result<std::vector<Found>> discover() { return discover_aravis(); }

}  // namespace sightglass::camera
