#include "vision/numeric/random_projection.hpp"

#include <cmath>

#include "vision/random.hpp"

namespace sightglass::vision {

Matrix random_projection(std::size_t inputs, std::size_t outputs, std::uint64_t seed) {
  Matrix projection(outputs, inputs);
  RandomStream random(seed);
  const float size = static_cast<float>(1 / std::sqrt(static_cast<double>(outputs)));
  for (auto& value : projection.values()) value = random.next() >> 63 ? size : -size;
  return projection;
}

}  // namespace sightglass::vision
