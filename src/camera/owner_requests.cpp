#include <fmt/format.h>

#include "camera/owner.hpp"
#include "camera/settings.hpp"

namespace sightglass::camera {

// Queues the wish, or answers at once when it is refused; the answer is given under no lock.
template <typename Kind>
void Camera::Owner::submit(Kind wish) {
  std::optional<core::Error> error;
  {
    const std::lock_guard lock(mutex_);
    error = refused(wish);
    if (!error) {
      wishes_.emplace_back(std::move(wish));
      status_.waiting = wishes_.size();
      changed_.notify_all();
      return;
    }
  }
  wish.done(core::fail(std::move(*error)));
}

void Camera::Owner::capture(const Settings& settings, OnShot done) {
  submit(CaptureWish{settings, std::move(done),
                     std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now())});
}
void Camera::Owner::configure(const Settings& settings, OnSettings done) {
  submit(ConfigureWish{settings, std::move(done)});
}
void Camera::Owner::trigger_software(OnDone done) { submit(TriggerWish{std::move(done)}); }
void Camera::Owner::set_output(const std::string& line, bool is_high, OnDone done) {
  submit(OutputWish{line, is_high, std::move(done)});
}

std::optional<core::Error> Camera::Owner::absence() const {
  if (!is_stopping_ && status_.state != State::disconnected && status_.state != State::faulted) return std::nullopt;
  return core::unavailable(fmt::format("The camera {} is not there: {}", options_.name, status_.fault));
}

std::optional<core::Error> Camera::Owner::refused(const CaptureWish& wish) const {
  if (wish.settings.user_set) {
    return core::invalid_input("user_set",
                               "A user set cannot be loaded for one picture; configure the camera with it.");
  }
  if (triggered_) {
    return core::Error{.code = core::ErrorCode::conflict,
                       .message = fmt::format("The camera {} is armed for a trigger.", options_.name)};
  }
  if (auto error = absence()) return error;
  if (wishes_.size() >= options_.max_waiting) {
    return core::Error{.code = core::ErrorCode::quota_exceeded,
                       .message = fmt::format("{} pictures of the camera {} are waiting; try again soon.",
                                              wishes_.size(), options_.name)};
  }
  return std::nullopt;
}

std::optional<core::Error> Camera::Owner::refused(const ConfigureWish& wish) const {
  if (triggered_ && needs_stopped_stream(wish.settings)) {
    return core::Error{.code = core::ErrorCode::conflict,
                       .message = fmt::format("The camera {} is armed for a trigger.", options_.name)};
  }
  return absence();
}

std::optional<core::Error> Camera::Owner::refused(const TriggerWish& /*wish*/) const {
  if (!triggered_ || trigger_.source != Trigger::Source::software) {
    return core::Error{.code = core::ErrorCode::conflict,
                       .message = fmt::format("The camera {} is not armed for triggers by software.", options_.name)};
  }
  return absence();
}

std::optional<core::Error> Camera::Owner::refused(const OutputWish& /*wish*/) const { return absence(); }

std::shared_ptr<Subscriber> Camera::Owner::watch(OnFrame frame) {
  auto subscriber = std::make_shared<Subscriber>(std::move(frame));
  {
    const std::lock_guard lock(mutex_);
    viewers_.push_back(subscriber);
  }
  changed_.notify_all();
  return subscriber;
}

core::Result<std::shared_ptr<Subscriber>> Camera::Owner::arm(const Trigger& trigger, OnFrame frame, ArmEvents events) {
  auto subscriber = std::make_shared<Subscriber>(std::move(frame), std::move(events));
  {
    const std::lock_guard lock(mutex_);
    if (triggered_) {
      return core::fail(core::ErrorCode::conflict,
                        fmt::format("The camera {} is armed for a trigger already.", options_.name));
    }
    if (status_.capabilities) SG_TRY(check_trigger(trigger, *status_.capabilities));
    triggered_ = subscriber;
    trigger_ = trigger;
  }
  changed_.notify_all();
  return subscriber;
}

void Camera::Owner::forget(const std::shared_ptr<Subscriber>& subscriber) {
  {
    const std::lock_guard lock(mutex_);
    std::erase(viewers_, subscriber);
    if (triggered_ == subscriber) triggered_.reset();
  }
  changed_.notify_all();
}

Status Camera::Owner::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

}  // namespace sightglass::camera
