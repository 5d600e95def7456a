// The id of a camera that somebody has configured.
#pragma once

#include "core/ids.hpp"

namespace sightglass::core {

using CameraId = UuidId<struct CameraTag>;

}  // namespace sightglass::core
