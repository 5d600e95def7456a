#include "camera/subscriber.hpp"

namespace sightglass::camera {

template <typename Call>
void Subscriber::tell(const Call& call) {
  {
    const std::lock_guard lock(mutex_);
    if (has_ended_) return;
    delivering_ = std::this_thread::get_id();
  }
  call();
  {
    const std::lock_guard lock(mutex_);
    delivering_ = {};
  }
  delivered_.notify_all();
}

void Subscriber::deliver(const std::shared_ptr<const Frame>& frame) {
  tell([&] { frame_(frame); });
}

void Subscriber::tell_armed() {
  if (events_.armed) tell(events_.armed);
}

void Subscriber::tell_incomplete(const core::Error& error) {
  if (events_.incomplete) tell([&] { events_.incomplete(error); });
}

void Subscriber::tell_away(const core::Error& error) {
  if (events_.away) tell([&] { events_.away(error); });
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
