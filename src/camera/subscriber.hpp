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
  explicit Subscriber(Camera::OnFrame frame, Camera::ArmEvents events = {})
      : frame_(std::move(frame)), events_(std::move(events)) {}
  void deliver(const std::shared_ptr<const Frame>& frame);
  void tell_armed();
  void tell_incomplete(const core::Error& error);
  void tell_away(const core::Error& error);
  // Blocks while a frame is being delivered, unless that delivery calls it.
  void end();
  bool has_ended() const;

 private:
  template <typename Call>
  void tell(const Call& call);

  Camera::OnFrame frame_;
  Camera::ArmEvents events_;
  mutable std::mutex mutex_;
  std::condition_variable delivered_;
  std::thread::id delivering_{};
  bool has_ended_ = false;
};

}  // namespace sightglass::camera
