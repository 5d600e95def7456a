#include "database/current_run.hpp"

#include <utility>

namespace sightglass::database {

core::Result<std::optional<RunId>> CurrentRun::take() const {
  const std::lock_guard lock(mutex_);
  if (is_over_) return core::fail(runs::fenced());
  return id_;
}

void CurrentRun::set(RunId id) {
  const std::lock_guard lock(mutex_);
  id_ = id;
  is_over_ = false;
}

void CurrentRun::note_over(RunId id) {
  {
    const std::lock_guard lock(mutex_);
    if (id_ != id) return;  // there is another by now
    is_over_ = true;
    news_.is_over = true;
  }
  changed_.notify_all();
}

void CurrentRun::note_left() {
  // No hurry, so nobody is woken.
  const std::lock_guard lock(mutex_);
  news_.has_left = true;
}

CurrentRun::News CurrentRun::wait(std::chrono::steady_clock::time_point until) {
  std::unique_lock lock(mutex_);
  changed_.wait_until(lock, until, [&] { return news_.is_over || is_woken_; });
  is_woken_ = false;
  return std::exchange(news_, {});
}

void CurrentRun::wake() {
  {
    const std::lock_guard lock(mutex_);
    is_woken_ = true;
  }
  changed_.notify_all();
}

core::Result<std::optional<RunId>> run_of(const CurrentRun* current) {
  return current == nullptr ? core::Result<std::optional<RunId>>(std::nullopt) : current->take();
}

}  // namespace sightglass::database
