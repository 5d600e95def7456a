// Waits for the answers of a camera's owner thread.
#pragma once

#include <future>
#include <memory>
#include <utility>

#include "camera/camera.hpp"

namespace sightglass::camera {

// Blocks until the answer is there.
inline core::Result<Shot> capture_now(Camera& camera, const Settings& settings = {}) {
  std::promise<core::Result<Shot>> promise;
  auto future = promise.get_future();
  camera.capture(settings, [&promise](core::Result<Shot> shot) { promise.set_value(std::move(shot)); });
  return future.get();
}

inline core::Result<Settings> configure_now(Camera& camera, const Settings& settings) {
  std::promise<core::Result<Settings>> promise;
  auto future = promise.get_future();
  camera.configure(settings, [&promise](core::Result<Settings> outcome) { promise.set_value(std::move(outcome)); });
  return future.get();
}

}  // namespace sightglass::camera
