#include <algorithm>
#include <cmath>

#include "queue/task_queue.hpp"

namespace sightglass::queue {

std::chrono::milliseconds backoff_after(std::int32_t attempt, double random) {
  constexpr double first_ms = 2'000;
  constexpr double longest_ms = 600'000;
  // From the sixth attempt on the cap holds; a larger exponent would only overflow.
  const int exponent = std::clamp(attempt - 1, 0, 5);
  const double delay = std::min(first_ms * std::pow(4.0, exponent), longest_ms);
  const double jitter = 0.8 + 0.4 * std::clamp(random, 0.0, 1.0);
  return std::chrono::milliseconds(std::llround(delay * jitter));
}

}  // namespace sightglass::queue
