// Keeps requests to one source apart.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>

namespace sightglass::sources {

// Thread-safe.
class Politeness {
 public:
  using Time = std::chrono::steady_clock::time_point;
  // 0.1 … 10,000 a second; a source that was left alone for a while may be asked as many at once as a second has.
  explicit Politeness(double requests_per_second);

  // Blocks until a request may be made; false when should_stop said so meanwhile (looked at every 100 ms).
  bool wait(const std::function<bool()>& should_stop);

  // When the next request may be made that asks at `now`, and notes it. For wait() and tests.
  Time admit(Time now);

 private:
  const std::chrono::nanoseconds gap_;
  const std::chrono::nanoseconds burst_;
  std::mutex mutex_;
  Time next_{};
};

}  // namespace sightglass::sources
