// NanoDet (RangiLyu/nanodet): at each place of three grids the probabilities of the classes, and the distances to the
// four sides as distributions over bins (Li et al. 2020, "Generalized Focal Loss").
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "vision/detection/candidates.hpp"
#include "vision/detection/output_view.hpp"

namespace sightglass::vision {

namespace {

// The mean of the bins' numbers 0, 1, …, weighted by the softmax of `logits`.
double expected_bin(const float* logits, std::size_t bins) {
  const float largest = *std::max_element(logits, logits + bins);
  double sum = 0;
  double weighted = 0;
  for (std::size_t bin = 0; bin < bins; ++bin) {
    const double weight = std::exp(static_cast<double>(logits[bin] - largest));
    sum += weight;
    weighted += weight * static_cast<double>(bin);
  }
  return weighted / sum;
}

struct Grid {
  OutputView classes{}, bins{};
  double stride = 0;
  std::size_t columns = 0;
};

// The strides follow from the number of places: n = ⌈width/s⌉ · ⌈height/s⌉.
core::Result<Grid> grid_of(const OutputView& classes, const OutputView& bins, const OutputFacts& facts) {
  for (const std::int32_t stride : {8, 16, 32, 64}) {
    const auto across = static_cast<std::size_t>((facts.input.width + stride - 1) / stride);
    const auto down = static_cast<std::size_t>((facts.input.height + stride - 1) / stride);
    if (across * down == classes.rows) return Grid{classes, bins, static_cast<double>(stride), across};
  }
  return core::fail(misfit(facts, fmt::format("{} places are no grid over {}×{} pixels", classes.rows,
                                              facts.input.width, facts.input.height)));
}

core::Result<std::vector<Grid>> grids_of(std::span<const Tensor> outputs, const OutputFacts& facts) {
  if (outputs.empty() || outputs.size() % 2 != 0) {
    return core::fail(misfit(facts, fmt::format("there are {}, not two for each grid", outputs.size())));
  }
  std::vector<Grid> grids;
  for (std::size_t index = 0; index < outputs.size(); index += 2) {
    SG_ASSIGN(const auto classes, table_of(outputs[index], facts));
    SG_ASSIGN(const auto bins, table_of(outputs[index + 1], facts));
    if (classes.columns != facts.labels) return core::fail(wrong_label_count(facts, classes.columns));
    if (bins.rows != classes.rows || bins.columns % 4 != 0) {
      return core::fail(misfit(facts, "classes and bins are not of the same places, or the bins not of four sides"));
    }
    SG_ASSIGN(const auto grid, grid_of(classes, bins, facts));
    grids.push_back(grid);
  }
  return grids;
}

core::Box box_at(const Grid& grid, std::size_t place) {
  const double x = (static_cast<double>(place % grid.columns) + 0.5) * grid.stride;
  const double y = (static_cast<double>(place / grid.columns) + 0.5) * grid.stride;
  const std::size_t bins = grid.bins.columns / 4;
  std::array<double, 4> side{};
  for (std::size_t each = 0; each < 4; ++each) {
    side[each] = expected_bin(grid.bins.row(place) + each * bins, bins) * grid.stride;
  }
  return {x - side[0], y - side[1], side[0] + side[2], side[1] + side[3]};
}

}  // namespace

Candidates read_nanodet(std::span<const Tensor> outputs, const OutputFacts& facts) {
  SG_ASSIGN(const auto grids, grids_of(outputs, facts));
  std::vector<Candidate> found;
  for (const auto& grid : grids) {
    for (std::size_t place = 0; place < grid.classes.rows; ++place) {
      const float* row = grid.classes.row(place);
      const float* best = std::max_element(row, row + grid.classes.columns);
      SG_TRY(check_confidence(*best, facts));
      if (*best < facts.least_confidence) continue;
      found.push_back({static_cast<std::size_t>(best - row), std::min(*best, 1.0F), box_at(grid, place)});
    }
  }
  return found;
}

}  // namespace sightglass::vision
