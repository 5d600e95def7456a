// What people may say of cameras and their settings.
#pragma once

#include <optional>
#include <string>

#include "accounts/sealed_secrets.hpp"
#include "camera/types.hpp"
#include "core/result.hpp"
#include "database/cameras.hpp"
#include "http/endpoint_support.hpp"
#include "http/json_body.hpp"

namespace sightglass::http {

// Absent members are left alone.
struct CameraInput {
  std::optional<std::string> name{}, driver{}, address{}, node{};
  std::optional<bool> enabled{};
  camera::Settings settings{};
};

// Of a new camera, name, driver and address are required.
core::Result<CameraInput> read_camera_input(const Request& request, bool is_new);
// The members of settings that `body` has; faults are the body's.
camera::Settings read_camera_settings(JsonObject& body);
// What the address holds of a name and password is sealed for the camera, whose id is set. invalid_input when driver
// and address do not go together.
core::Result<ChangedFields> apply(const CameraInput& input, const accounts::SealedSecrets& secrets,
                                  database::cameras::Camera& camera);

}  // namespace sightglass::http
