#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

#include "camera/owner.hpp"
#include "camera/settings.hpp"

namespace sightglass::camera {
namespace {

// How long a wait for a frame may keep the thread from seeing that it shall end.
constexpr std::chrono::milliseconds longest_wait{100};
// Likewise while armed, when a trigger by software shall not wait.
constexpr std::chrono::milliseconds armed_wait{10};

core::Instant now() {
  return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}

Counters sum(const Counters& a, const Counters& b) {
  return {.completed = a.completed + b.completed,
          .failed = a.failed + b.failed,
          .underruns = a.underruns + b.underruns,
          .missed = a.missed + b.missed,
          .resent_packets = a.resent_packets + b.resent_packets};
}

// Takes it out of the wish: who was answered is not answered again.
template <typename Wish, typename Outcome>
void answer(Wish& wish, Outcome&& outcome) {
  std::exchange(wish.done, nullptr)(std::forward<Outcome>(outcome));
}

bool may_be_tried_again(const core::Error& error) {
  return error.code == core::ErrorCode::timeout || error.code == core::ErrorCode::corrupt_image;
}

}  // namespace

void Camera::Owner::perform(CaptureWish& wish) {
  core::Result<Shot> shot = take(wish);
  if (!shot && broken_ && shot.error().code != core::ErrorCode::unavailable) {
    shot = core::fail(core::unavailable(fmt::format("The camera {} is faulted: {}", options_.name, broken_->message)));
  }
  warm_until_ = Clock::now() + options_.warm_time;
  {
    const std::lock_guard lock(mutex_);
    ++(shot ? status_.captures : status_.failed_captures);
  }
  answer(wish, std::move(shot));
}

void Camera::Owner::perform(ConfigureWish& wish) {
  const auto change = [&]() -> core::Result<Settings> {
    SG_TRY(put(base_));
    SG_TRY(check_settings(wish.settings, capabilities_));
    // What is loaded or set where frames come is put in force now; else it would only be seen with the next frame.
    if (stream_ && needs_stopped_stream(wish.settings)) SG_TRY(end_stream());
    SG_ASSIGN(current_, watched(device_->configure(wish.settings)));
    current_.user_set.reset();
    lasting_ = merged(lasting_, wish.settings);
    base_ = current_;
    set_at_ = now();
    return current_;
  };
  auto outcome = change();
  count();
  answer(wish, std::move(outcome));
}

void Camera::Owner::perform(TriggerWish& wish) {
  std::optional<core::Error> error;
  Trigger trigger;
  {
    const std::lock_guard lock(mutex_);
    error = refused(wish);  // it may have been disarmed since the call
    trigger = trigger_;
  }
  if (error) return answer(wish, core::fail(std::move(*error)));
  auto outcome = stream({trigger, State::armed});
  if (outcome) outcome = watched(device_->trigger_software());
  answer(wish, std::move(outcome));
}

void Camera::Owner::perform(OutputWish& wish) { answer(wish, watched(device_->set_output(wish.line, wish.is_high))); }

core::Result<Shot> Camera::Owner::take(const CaptureWish& wish) {
  SG_TRY(check_settings(wish.settings, capabilities_));
  SG_TRY(put(merged(base_, wish.settings)));
  return try_repeatedly(std::max(wish.asked, set_at_));
}

core::Result<Shot> Camera::Owner::try_repeatedly(core::Instant since) {
  std::vector<std::string> mishaps;
  for (int attempt = 1; attempt <= std::max(1, options_.tries); ++attempt) {
    SG_TRY(stream(warm_stream()));
    auto frame = take_once(since);
    if (frame) return Shot{std::move(*frame), identity_, attempt};
    if (!may_be_tried_again(frame.error())) return core::fail(std::move(frame.error()));
    mishaps.push_back(fmt::format("{}: {}", attempt, frame.error().message));
    // A frame that is late must not be taken for the next one.
    if (frame.error().code == core::ErrorCode::timeout) SG_TRY(end_stream());
  }
  return core::fail(core::internal_error(fmt::format("The camera {} gave no whole picture in {} tries. {}",
                                                     options_.name, mishaps.size(), fmt::join(mishaps, " "))));
}

core::Result<Frame> Camera::Owner::take_once(core::Instant since) {
  if (!can_trigger()) return await_frame_since(since);
  SG_TRY(watched(device_->trigger_software()));
  return await_frame(exposure() + options_.transfer_patience);
}

core::Result<Frame> Camera::Owner::await_frame(Milliseconds patience) {
  const auto deadline = Clock::now() + patience;
  for (;;) {
    const auto left = std::chrono::ceil<Milliseconds>(deadline - Clock::now());
    auto frame = watched(device_->next_frame(std::clamp(left, Milliseconds(0), longest_wait)));
    count();
    if (frame) publish(std::make_shared<const Frame>(*frame));
    if (frame || frame.error().code != core::ErrorCode::timeout) return frame;
    if (is_stopping()) return core::fail(core::unavailable("The camera is being closed."));
    if (Clock::now() >= deadline) {
      return core::fail(core::ErrorCode::timeout, fmt::format("no frame within {} ms.", patience.count()));
    }
  }
}

// Of a camera that runs freely: frames whose exposure may have begun before `since` are passed over. A frame was whole
// after exposure and readout, and reading out takes no longer than the time between frames.
core::Result<Frame> Camera::Owner::await_frame_since(core::Instant since) {
  const auto age = exposure() + period();
  const auto patience = age + period() + options_.transfer_patience;
  const auto deadline = Clock::now() + patience;
  while (Clock::now() < deadline) {
    auto frame = await_frame(std::chrono::ceil<Milliseconds>(deadline - Clock::now()));
    if (!frame || frame->taken_at - age >= since) return frame;
  }
  return core::fail(core::ErrorCode::timeout,
                    fmt::format("no frame that began after the call within {} ms.", patience.count()));
}

core::Result<void> Camera::Owner::put(const Settings& wanted) {
  const Settings change = difference(current_, wanted);
  if (is_empty(change)) return {};
  if (stream_ && needs_stopped_stream(change)) SG_TRY(end_stream());
  SG_ASSIGN(current_, watched(device_->configure(change)));
  current_.user_set.reset();
  set_at_ = now();
  count();
  return {};
}

core::Result<void> Camera::Owner::stream(const Stream& wanted) {
  if (stream_ == wanted) return {};
  SG_TRY(end_stream());
  SG_TRY(watched(device_->start(wanted.trigger), true));
  stream_ = wanted;
  told_armed_.reset();
  move_to(wanted.state);
  return {};
}

core::Result<void> Camera::Owner::end_stream() {
  if (!stream_) return {};
  forget_stream();
  SG_TRY(watched(device_->stop(), true));
  move_to(State::idle);
  return {};
}

Camera::Owner::Stream Camera::Owner::warm_stream() const {
  return {{.source = can_trigger() ? Trigger::Source::software : Trigger::Source::free_running}, State::streaming};
}

Camera::Owner::Milliseconds Camera::Owner::exposure() const {
  return std::chrono::ceil<Milliseconds>(std::chrono::duration<double, std::milli>(current_.exposure_ms.value_or(0)));
}

// Between two frames of a camera that runs freely.
Camera::Owner::Milliseconds Camera::Owner::period() const {
  // Of a camera that does not say, ten a second, which the slowest of those without triggers manage.
  const double rate = current_.frame_rate.value_or(10);
  return std::chrono::ceil<Milliseconds>(std::chrono::duration<double>(1 / std::max(rate, 0.01)));
}

void Camera::Owner::view() {
  warm_until_ = Clock::now() + options_.warm_time;
  if (can_trigger() && Clock::now() < next_view_) return wait_for_work(std::min(next_view_, next_check_), false);
  if (!stream(warm_stream())) return;
  next_view_ = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                  std::chrono::duration<double>(1 / std::max(options_.view_rate, 0.01)));
  if (can_trigger() && !watched(device_->trigger_software())) return;
  const auto frame = await_frame(can_trigger() ? exposure() + options_.transfer_patience : longest_wait);
  if (!can_trigger() || frame || frame.error().code != core::ErrorCode::timeout) return;
  const auto ended = end_stream();  // what is wrong with it is in broken_
}

void Camera::Owner::serve_trigger(const Trigger& trigger, const std::shared_ptr<Subscriber>& subscriber) {
  if (!stream({trigger, State::armed})) return;
  // The stream may have been begun by a trigger by software, or for who was armed before.
  if (told_armed_.lock() != subscriber) {
    told_armed_ = subscriber;
    told_away_.reset();
    subscriber->tell_armed();
  }
  auto frame = watched(device_->next_frame(armed_wait));
  count();
  if (!frame) {
    if (frame.error().code == core::ErrorCode::corrupt_image) subscriber->tell_incomplete(frame.error());
    return;
  }
  const auto shared = std::make_shared<const Frame>(std::move(*frame));
  subscriber->deliver(shared);
  publish(shared);
}

void Camera::Owner::publish(const std::shared_ptr<const Frame>& frame) {
  pause_ = options_.reopen_pause;
  std::vector<std::shared_ptr<Subscriber>> viewers;
  {
    const std::lock_guard lock(mutex_);
    viewers = viewers_;
  }
  for (const auto& viewer : viewers) viewer->deliver(frame);
}

std::shared_ptr<Subscriber> Camera::Owner::armed_subscriber() const {
  const std::lock_guard lock(mutex_);
  return triggered_;
}

// Devices count anew with each stream.
void Camera::Owner::forget_stream() {
  if (!stream_) return;
  earlier_ = sum(earlier_, device_->counters());
  stream_.reset();
}

void Camera::Owner::count() {
  const Counters counters = stream_ ? sum(earlier_, device_->counters()) : earlier_;
  const std::lock_guard lock(mutex_);
  status_.counters = counters;
  status_.settings = current_;
}

}  // namespace sightglass::camera
