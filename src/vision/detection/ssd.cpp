// The "DetectionOutput" of SSD networks (Liu et al. 2016): rows of picture, class, confidence and corners, as shares of
// the input's sides. Rows that are not used have a picture below 0.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "vision/detection/candidates.hpp"
#include "vision/detection/output_view.hpp"

namespace sightglass::vision {

Candidates read_ssd(std::span<const Tensor> outputs, const OutputFacts& facts) {
  SG_TRY(check_count(outputs, 1, facts));
  SG_ASSIGN(const auto table, table_of(outputs[0], facts));
  if (table.columns != 7) return core::fail(misfit(facts, fmt::format("{} numbers a box are not 7", table.columns)));
  std::vector<Candidate> found;
  for (std::size_t row = 0; row < table.rows; ++row) {
    const float* box = table.row(row);
    if (box[0] < 0) continue;
    SG_TRY(check_confidence(box[2], facts));
    if (box[2] < facts.least_confidence) continue;
    if (box[1] < 0 || box[1] >= static_cast<float>(facts.labels)) {
      return core::fail(misfit(facts, fmt::format("class {} has no label; there are {}", box[1], facts.labels)));
    }
    const double width = facts.input.width;
    const double height = facts.input.height;
    found.push_back({static_cast<std::size_t>(std::lround(box[1])),
                     std::min(box[2], 1.0F),
                     {box[3] * width, box[4] * height, std::max(0.0F, box[5] - box[3]) * width,
                      std::max(0.0F, box[6] - box[4]) * height}});
  }
  return found;
}

}  // namespace sightglass::vision
