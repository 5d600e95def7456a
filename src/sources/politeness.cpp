#include "sources/politeness.hpp"

#include <algorithm>
#include <thread>

namespace sightglass::sources {
namespace {

constexpr std::chrono::milliseconds longest_nap{100};

}  // namespace

Politeness::Politeness(double requests_per_second)
    : gap_(static_cast<std::int64_t>(1e9 / std::clamp(requests_per_second, 0.1, 10'000.0))),
      burst_(std::max<std::chrono::nanoseconds>(std::chrono::seconds(1) - gap_, std::chrono::nanoseconds(0))) {}

Politeness::Time Politeness::admit(Time now) {
  const std::scoped_lock lock(mutex_);
  const auto earliest = std::max(next_, now - burst_);
  next_ = earliest + gap_;
  return std::max(earliest, now);
}

bool Politeness::wait(const std::function<bool()>& should_stop) {
  const auto due = admit(std::chrono::steady_clock::now());
  while (true) {
    if (should_stop && should_stop()) return false;
    const auto now = std::chrono::steady_clock::now();
    if (now >= due) return true;
    std::this_thread::sleep_for(std::min<std::chrono::steady_clock::duration>(longest_nap, due - now));
  }
}

}  // namespace sightglass::sources
