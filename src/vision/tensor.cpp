#include "vision/tensor.hpp"

namespace sightglass::vision {

std::int64_t count_of(std::span<const std::int64_t> shape) {
  constexpr std::int64_t most = 1LL << 31;
  std::int64_t count = 1;
  for (const std::int64_t dimension : shape) {
    if (dimension < 1 || dimension > most / count) return -1;
    count *= dimension;
  }
  return count;
}

}  // namespace sightglass::vision
