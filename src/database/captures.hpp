// What is known of each picture that a camera took when somebody asked for it, beside its photo.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/camera_id.hpp"
#include "core/ids.hpp"
#include "core/result.hpp"
#include "core/time.hpp"
#include "database/database.hpp"

namespace sightglass::database::captures {

struct Capture {
  core::PhotoId photo_id{};
  std::optional<core::CameraId> camera_id{};  // absent when the camera was removed since
  std::string camera_name{};                  // as it was called then
  std::string serial{};
  std::optional<core::UserId> user_id{};
  std::optional<core::JobId> job_id{};
  core::Instant captured_at{};
  std::optional<double> x{}, y{}, z{};  // of the stage, in whatever unit its owner counts
  std::optional<double> exposure_ms{};
  std::optional<double> gain{};
  std::int64_t frame_number = 0;            // the device's
  std::optional<std::int64_t> device_ns{};  // the device's clock
  std::int64_t tries = 1;
  bool is_simulated = false;
  std::string settings = "{}";  // a JSON object: all that was in force
};

// Both block.
core::Result<void> insert(Session& session, const Capture& capture);
core::Result<std::optional<Capture>> find(Session& session, core::PhotoId photo);

}  // namespace sightglass::database::captures
