// Numbers with a shape, as networks take and give them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace sightglass::vision {

// Row-major; pictures are N×C×H×W.
struct Tensor {
  std::vector<std::int64_t> shape{};
  std::vector<float> values{};
};

// The product of a shape's dimensions; −1 when one is below 1 or the product passes 2^31 values.
std::int64_t count_of(std::span<const std::int64_t> shape);

}  // namespace sightglass::vision
