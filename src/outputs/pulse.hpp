// A signal that goes on with a verdict and off by itself after a while.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "core/result.hpp"

namespace sightglass::outputs {

// Thread-safe. `off` is called by a thread of its own, or by the destructor, never at the same time as what begin() is
// given.
class Pulse {
 public:
  using Milliseconds = std::chrono::milliseconds;
  // `off` is called again, after pauses up to half a minute, until it succeeds.
  explicit Pulse(std::function<core::Result<void>()> off);
  // A signal that is on goes off now, if one attempt can do it.
  ~Pulse();
  Pulse(const Pulse&) = delete;
  Pulse& operator=(const Pulse&) = delete;

  // Blocks for `on`, and for an `off` that is under way. `off` comes `length` after it, whether or not it succeeded,
  // for a signal that may have gone on must not stay; 0: never. It takes the place of what was to come before.
  core::Result<void> begin(const std::function<core::Result<void>()>& on, Milliseconds length);
  // `off` now, by the thread: for a signal that may be on from before. Never blocks for long.
  void end();

 private:
  using Clock = std::chrono::steady_clock;
  void run();

  const std::function<core::Result<void>()> off_;
  std::mutex mutex_;  // held during on and off
  std::condition_variable changed_;
  std::optional<Clock::time_point> due_;
  Milliseconds pause_{};  // behind an attempt that failed
  bool is_stopping_ = false;
  std::thread thread_;
};

}  // namespace sightglass::outputs
