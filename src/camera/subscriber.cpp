#include "camera/subscriber.hpp"

namespace sightglass::camera {

void Subscriber::deliver(const std::shared_ptr<const Frame>& frame) {
  {
    const std::lock_guard lock(mutex_);
    if (has_ended_) return;
    delivering_ = std::this_thread::get_id();
  }
  frame_(frame);
  {
    const std::lock_guard lock(mutex_);
    delivering_ = {};
  }
  delivered_.notify_all();
}

void Subscriber::end() {
  std::unique_lock lock(mutex_);
  has_ended_ = true;
  if (delivering_ == std::this_thread::get_id()) return;
  delivered_.wait(lock, [this] { return delivering_ == std::thread::id{}; });
}

bool Subscriber::has_ended() const {
  const std::lock_guard lock(mutex_);
  return has_ended_;
}

}  // namespace sightglass::camera
