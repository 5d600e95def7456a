#include "vision/readings/meter_reader.hpp"

namespace sightglass::vision {

Quadrangle moved(const Quadrangle& corners, const FaceMove& move) {
  const auto& m = move.matrix;
  Quadrangle answer{};
  for (std::size_t i = 0; i < 8; i += 2) {
    answer[i] = m[0] * corners[i] + m[1] * corners[i + 1] + m[2];
    answer[i + 1] = m[3] * corners[i] + m[4] * corners[i + 1] + m[5];
  }
  return answer;
}

}  // namespace sightglass::vision
