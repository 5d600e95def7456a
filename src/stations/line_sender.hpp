// Raises an output line of the station's camera at one of the two verdicts, for a while.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "core/camera_id.hpp"
#include "core/result.hpp"
#include "outputs/sender.hpp"
#include "stations/cameras.hpp"

namespace sightglass::stations {

// invalid_input naming the member ("settings.line"). `cameras` outlives it; without a camera each send() fails.
core::Result<std::unique_ptr<outputs::Sender>> make_line_sender(std::string_view settings, const Cameras& cameras,
                                                                std::optional<core::CameraId> camera);

}  // namespace sightglass::stations
