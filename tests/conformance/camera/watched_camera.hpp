// A camera whose answers, frames and changes of state can be waited for.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <vector>

#include "camera/camera.hpp"

namespace sightglass::camera {

// Frames in the order in which they came. Thread-safe.
class FrameBox {
 public:
  Camera::OnFrame lid() {
    return [this](std::shared_ptr<const Frame> frame) {
      {
        const std::lock_guard lock(mutex_);
        frames_.push_back(std::move(frame));
      }
      came_.notify_all();
    };
  }
  // Blocks until there are so many.
  std::vector<std::shared_ptr<const Frame>> await(std::size_t count) {
    std::unique_lock lock(mutex_);
    came_.wait(lock, [&] { return frames_.size() >= count; });
    return frames_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  std::vector<std::shared_ptr<const Frame>> frames_;
};

class WatchedCamera {
 public:
  WatchedCamera(std::unique_ptr<Device> device, CameraOptions options) {
    options.on_state = [this](State state, const std::string& fault) {
      {
        const std::lock_guard lock(mutex_);
        states_.push_back(state);
        fault_ = fault.empty() ? fault_ : fault;
      }
      changed_.notify_all();
    };
    camera_ = std::make_unique<Camera>(std::move(device), std::move(options));
  }

  Camera& operator*() { return *camera_; }
  Camera* operator->() { return camera_.get(); }

  // Blocks until the state is entered (again) that many times since the beginning.
  void await(State state, int times = 1) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return std::ranges::count(states_, state) >= times; });
  }
  std::vector<State> states() const {
    const std::lock_guard lock(mutex_);
    return states_;
  }
  std::string fault() const {
    const std::lock_guard lock(mutex_);
    return fault_;
  }

  core::Result<Shot> capture(const Settings& settings = {}) { return begin_capture(settings).get(); }
  std::future<core::Result<Shot>> begin_capture(const Settings& settings = {}) {
    auto promise = std::make_shared<std::promise<core::Result<Shot>>>();  // kept by the answer
    auto future = promise->get_future();
    camera_->capture(settings, [promise](core::Result<Shot> shot) { promise->set_value(std::move(shot)); });
    return future;
  }
  core::Result<Settings> configure(const Settings& settings) {
    std::promise<core::Result<Settings>> promise;
    auto future = promise.get_future();
    camera_->configure(settings, [&promise](core::Result<Settings> result) { promise.set_value(std::move(result)); });
    return future.get();
  }
  core::Result<void> trigger() {
    std::promise<core::Result<void>> promise;
    auto future = promise.get_future();
    camera_->trigger_software([&promise](core::Result<void> result) { promise.set_value(std::move(result)); });
    return future.get();
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<State> states_;
  std::string fault_;
  std::unique_ptr<Camera> camera_;  // last: its thread uses the others
};

}  // namespace sightglass::camera
