// Cameras that people have configured, and what is known of each picture that one took.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/camera_id.hpp"
#include "core/result.hpp"
#include "core/time.hpp"
#include "database/database.hpp"

namespace sightglass::database::cameras {

struct Camera {
  core::CameraId id{};
  std::string name{};           // unique; 1 … 100 characters
  std::string driver{};         // as camera::Driver is named
  std::string address{};        // as camera::Source says
  std::string settings = "{}";  // a JSON object: what it is set to when it is opened
  std::string node{};           // the only one that opens it
  bool is_enabled = true;
  core::Instant created_at{};
  core::Instant updated_at{};
};

// All block.

// conflict when the name is in use.
core::Result<void> insert(Session& session, const Camera& camera);
core::Result<void> update(Session& session, const Camera& camera);
core::Result<void> remove(Session& session, core::CameraId id);
core::Result<std::optional<Camera>> find(Session& session, core::CameraId id);
core::Result<std::optional<Camera>> find_named(Session& session, std::string_view name);
core::Result<std::vector<Camera>> list(Session& session);  // the first made first

}  // namespace sightglass::database::cameras
