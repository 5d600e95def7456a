// What the driver for GigE Vision and USB3 Vision shows of itself: no header of Aravis comes with it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "camera/device.hpp"

namespace sightglass::camera {

// `address`: an IP address, which is opened straight away, or a serial number or id, for which all networks and USB are
// asked first (about a second). Error invalid_input (field "address") when it is empty or longer than 200 characters.
core::Result<std::unique_ptr<Device>> make_aravis_device(const std::string& address);

// Blocks for about a second.
core::Result<std::vector<Found>> discover_aravis();

}  // namespace sightglass::camera
