// Somebody who gets frames, and the end of that: after it has returned no frame is delivered any more.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "camera/camera.hpp"

namespace sightglass::camera {

// Thread-safe. The callback runs under no lock.
class Subscriber {
 public:
  explicit Subscriber(Camera::OnFrame frame) : frame_(std::move(frame)) {}
  void deliver(const std::shared_ptr<const Frame>& frame);
  // Blocks while a frame is being delivered, unless that delivery calls it.
  void end();
  bool has_ended() const;

 private:
  Camera::OnFrame frame_;
  mutable std::mutex mutex_;
  std::condition_variable delivered_;
  std::thread::id delivering_{};
  bool has_ended_ = false;
};

}  // namespace sightglass::camera
