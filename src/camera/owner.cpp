#include "camera/owner.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

#include "camera/settings.hpp"
#include "telemetry/log.hpp"

namespace sightglass::camera {
namespace {

core::Error bug(const std::exception& exception) {
  return core::internal_error("A bug struck while the camera was at work", exception.what());
}

}  // namespace

Camera::Owner::Owner(std::unique_ptr<Device> device, CameraOptions options)
    : options_(std::move(options)),
      device_(std::move(device)),
      lasting_(options_.settings),
      pause_(options_.reopen_pause) {
  // Who asks at once waits for the first opening instead of being told that nothing is there.
  status_.state = State::connecting;
  thread_ = std::thread([this] { run(); });
}

Camera::Owner::~Owner() { stop(); }

void Camera::Owner::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool Camera::Owner::is_stopping() const {
  const std::lock_guard lock(mutex_);
  return is_stopping_;
}

void Camera::Owner::run() {
  while (!is_stopping()) {
    try {
      turn();
    } catch (const std::exception& exception) {
      broken_ = bug(exception);
    }
    if (const auto error = std::exchange(broken_, std::nullopt)) drop(*error);
  }
  shut_down();
}

void Camera::Owner::turn() {
  if (!is_open_) return reopen();
  if (auto wish = next_wish()) return grant(*wish);
  if (!watched(put(base_), true)) return;
  base_ = current_;  // as the device rounds it, else it would be set again and again
  std::shared_ptr<Subscriber> triggered;
  Trigger trigger;
  bool has_viewers = false;
  {
    const std::lock_guard lock(mutex_);
    triggered = triggered_;
    trigger = trigger_;
    has_viewers = !viewers_.empty();
  }
  look_after_device();
  if (broken_) return;
  if (triggered) return serve_trigger(trigger, triggered);
  if (has_viewers) return view();
  rest();
}

void Camera::Owner::reopen() {
  pause_until(next_try_);
  if (is_stopping()) return;
  if (status().state != State::connecting) move_to(State::connecting);
  const auto opened = open();
  if (!opened) {
    broken_ = opened.error();
    return;
  }
  is_open_ = true;
  next_check_ = Clock::now() + options_.check_interval;
  {
    const std::lock_guard lock(mutex_);
    if (status_.identity) ++status_.reopened;
    status_.identity = identity_;
    status_.capabilities = capabilities_;
    status_.settings = current_;
  }
  move_to(State::idle);
  telemetry::log_info("camera is open", {{"camera", options_.name}, {"model", identity_.model}});
}

core::Result<void> Camera::Owner::open() {
  SG_ASSIGN(identity_, device_->open(options_.open_patience));
  SG_ASSIGN(capabilities_, device_->capabilities());
  SG_ASSIGN(current_, device_->configure(lasting_));
  current_.user_set.reset();  // an event, not a state
  base_ = current_;
  return {};
}

// Gives up on the device as it is: it will be opened again after a pause.
void Camera::Owner::drop(const core::Error& error) {
  const bool was_open = std::exchange(is_open_, false);
  forget_stream();
  count();
  const bool is_gone = error.code == core::ErrorCode::unavailable;
  // Also when it never was there: triggers pass unseen all the same.
  if (const auto triggered = armed_subscriber(); triggered && (was_open || told_away_.lock() != triggered)) {
    told_away_ = triggered;
    triggered->tell_away(error);
  }
  move_to(is_gone ? State::disconnected : State::faulted, error.message);
  telemetry::log_warning(is_gone ? "camera is not there" : "camera is faulted",
                         {{"camera", options_.name}, {"error", error.message}, {"cause", error.cause}});
  answer_all(core::unavailable(fmt::format("The camera {} is not there: {}", options_.name, error.message)));
  device_->close();  // after the answers: of a camera that is gone that takes seconds
  next_try_ = Clock::now() + pause_;
  pause_ = std::min(pause_ * 2, std::max(options_.longest_pause, options_.reopen_pause));
}

void Camera::Owner::shut_down() {
  device_->close();
  if (status().state != State::disconnected) move_to(State::disconnected, "closed");
  answer_all(core::unavailable(fmt::format("The camera {} is being closed.", options_.name)));
}

void Camera::Owner::answer_all(const core::Error& error) {
  std::deque<Wish> wishes;
  {
    const std::lock_guard lock(mutex_);
    wishes.swap(wishes_);
    status_.waiting = 0;
  }
  for (Wish& wish : wishes) {
    std::visit([&error](auto& kind) { kind.done(core::fail(error)); }, wish);
  }
}

void Camera::Owner::move_to(State next, const std::string& fault) {
  {
    const std::lock_guard lock(mutex_);
    if (!may_follow(status_.state, next)) {
      throw std::logic_error(
          fmt::format("a camera that is {} cannot become {}", name_of(status_.state), name_of(next)));
    }
    status_.state = next;
    status_.fault = fault;
  }
  if (options_.on_state) options_.on_state(next, fault);
}

std::optional<Camera::Owner::Wish> Camera::Owner::next_wish() {
  const std::lock_guard lock(mutex_);
  if (wishes_.empty()) return std::nullopt;
  std::optional<Wish> wish(std::move(wishes_.front()));
  wishes_.pop_front();
  status_.waiting = wishes_.size();
  return wish;
}

// Who asked is answered whatever happens; run() sees to the camera.
void Camera::Owner::grant(Wish& wish) {
  try {
    std::visit([this](auto& kind) { perform(kind); }, wish);
  } catch (const std::exception& exception) {
    broken_ = bug(exception);
    std::visit(
        [this](auto& kind) {
          if (kind.done) std::exchange(kind.done, nullptr)(core::fail(*broken_));
        },
        wish);
  }
}

// Asks now and then whether the device is still there; nothing else would tell of one that is not asked for frames.
void Camera::Owner::look_after_device() {
  if (Clock::now() < next_check_) return;
  next_check_ = Clock::now() + options_.check_interval;
  if (watched(device_->check(), true)) pause_ = options_.reopen_pause;
}

// Nothing is asked: keeps the stream warm for a while.
void Camera::Owner::rest() {
  if (stream_ && (stream_->state == State::armed || Clock::now() >= warm_until_)) {
    if (!end_stream()) return;  // remembered in broken_
  }
  if (stream_ && stream_->trigger.source == Trigger::Source::free_running) {
    // So that buffers do not run out; nobody wants the frame, and what is wrong with the device is in broken_.
    const auto unwanted = await_frame(period());
    return;
  }
  wait_for_work(stream_ ? std::min(warm_until_, next_check_) : next_check_, true);
}

void Camera::Owner::pause_until(Clock::time_point until) {
  std::unique_lock lock(mutex_);
  changed_.wait_until(lock, until, [this] { return is_stopping_; });
}

void Camera::Owner::wait_for_work(Clock::time_point until, bool viewers_are_work) {
  std::unique_lock lock(mutex_);
  changed_.wait_until(lock, until, [this, viewers_are_work] {
    return is_stopping_ || !wishes_.empty() || triggered_ || (viewers_are_work && !viewers_.empty());
  });
}

}  // namespace sightglass::camera
