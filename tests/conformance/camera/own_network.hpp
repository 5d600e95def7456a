// A network of its own for this process, where nothing but its loopback is.
#pragma once

namespace sightglass::camera {

// Once, before threads. False where the machine does not allow it.
bool enter_own_network();

}  // namespace sightglass::camera
