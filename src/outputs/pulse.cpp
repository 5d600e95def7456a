#include "outputs/pulse.hpp"

#include <algorithm>

#include "telemetry/log.hpp"

namespace sightglass::outputs {
namespace {

constexpr std::chrono::milliseconds first_pause{500};
constexpr std::chrono::milliseconds longest_pause{30'000};

}  // namespace

Pulse::Pulse(std::function<core::Result<void>()> off) : off_(std::move(off)), thread_([this] { run(); }) {}

Pulse::~Pulse() {
  {
    const std::scoped_lock lock(mutex_);
    is_stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

core::Result<void> Pulse::begin(const std::function<core::Result<void>()>& on, Milliseconds length) {
  core::Result<void> outcome;
  {
    const std::scoped_lock lock(mutex_);
    outcome = on();
    due_.reset();
    if (length > Milliseconds(0)) due_ = Clock::now() + length;
    pause_ = first_pause;
  }
  changed_.notify_all();
  return outcome;
}

void Pulse::end() {
  {
    const std::scoped_lock lock(mutex_);
    due_ = Clock::now();
    pause_ = first_pause;
  }
  changed_.notify_all();
}

void Pulse::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (due_ && (is_stopping_ || Clock::now() >= *due_)) {
      due_.reset();
      if (const auto outcome = off_(); !outcome) {
        telemetry::log_warning("a signal cannot be switched off yet", {{"error", outcome.error().message}});
        due_ = Clock::now() + pause_;
        pause_ = std::min(pause_ * 2, longest_pause);
        if (is_stopping_) return;
      }
      continue;
    }
    if (is_stopping_) return;
    if (due_)
      changed_.wait_until(lock, *due_);
    else
      changed_.wait(lock);
  }
}

}  // namespace sightglass::outputs
