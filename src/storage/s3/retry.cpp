#include "storage/s3/retry.hpp"

#include <algorithm>
#include <random>
#include <thread>

namespace sightglass::storage::s3 {

void pause_before(int next, const RetryPolicy& policy) {
  const int doublings = std::clamp(next - 2, 0, 20);
  const auto most = std::min<std::int64_t>(policy.first_pause.count() << doublings, policy.longest_pause.count());
  thread_local std::minstd_rand random{std::random_device{}()};
  const std::chrono::milliseconds pause(std::uniform_int_distribution<std::int64_t>(0, most)(random));
  if (policy.pause) {
    policy.pause(pause);
  } else {
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace sightglass::storage::s3
