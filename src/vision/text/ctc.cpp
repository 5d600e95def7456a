#include "vision/text/ctc.hpp"

#include <algorithm>

namespace sightglass::vision {

CtcText read_columns(std::span<const float> columns, std::size_t classes, std::span<const std::string> characters) {
  CtcText answer;
  if (classes == 0) return answer;
  double sum = 0;
  std::size_t kept = 0;
  std::size_t before = 0;
  for (std::size_t first = 0; first + classes <= columns.size(); first += classes) {
    const auto step = columns.subspan(first, classes);
    const auto best = static_cast<std::size_t>(std::ranges::max_element(step) - step.begin());
    if (best != 0 && best != before && best <= characters.size()) {
      answer.text += characters[best - 1];
      sum += step[best];
      ++kept;
    }
    before = best;
  }
  if (kept > 0) answer.confidence = std::clamp(sum / static_cast<double>(kept), 0.0, 1.0);
  return answer;
}

}  // namespace sightglass::vision
