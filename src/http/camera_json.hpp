// Cameras as clients see them.
#pragma once

#include <string>

#include "camera/camera.hpp"
#include "core/json_writer.hpp"
#include "database/cameras.hpp"
#include "database/captures.hpp"

namespace sightglass::http {

// `status` null: the camera is not open on this node.
void write_camera(core::JsonWriter& json, const database::cameras::Camera& row, const camera::Status* status);
void write_capture(core::JsonWriter& json, const database::captures::Capture& capture);

}  // namespace sightglass::http
