// Addresses of cameras in their rows: the name and password that one may hold is sealed there, and shown to nobody.
#pragma once

#include <string>
#include <string_view>

#include "accounts/sealed_secrets.hpp"
#include "core/camera_id.hpp"
#include "core/result.hpp"

namespace sightglass::stations {

// Without the name and password that it may hold, sealed or not: "rtsp://•••@host/…".
std::string shown_address(std::string_view address);
// Whether it is one that shown_address() made: of a password that is not told.
bool is_masked_address(std::string_view address);

// As a row holds it: "rtsp://sealed-0f3a…@host/…", for this camera alone. One without name and password, or sealed
// already, stays as it is.
std::string sealed_address(std::string_view address, const accounts::SealedSecrets& secrets, core::CameraId camera);
bool is_sealed_address(std::string_view address);
// As a device is opened by it; also of a row that was written before addresses were sealed. conflict, in words for an
// administrator, for what another key has sealed.
core::Result<std::string> whole_address(std::string_view address, const accounts::SealedSecrets& secrets,
                                        core::CameraId camera);

}  // namespace sightglass::stations
