// CenterNet (Zhou, Wang, Krähenbühl 2019, "Objects as Points") as 610265158/mobilenetv3_centernet trains it: a heat map
// of each class whose peaks are centres, and the distances from there to the four sides.
#include <algorithm>

#include "vision/detection/candidates.hpp"
#include "vision/detection/output_view.hpp"

namespace sightglass::vision {

namespace {

// Larger than its eight neighbours; of equal ones the first counts. This stands for suppression of repetitions.
bool is_peak(const OutputView& heat, const float* plane, std::size_t y, std::size_t x) {
  const float value = plane[y * heat.columns + x];
  const std::size_t last_y = std::min(y + 1, heat.rows - 1);
  const std::size_t last_x = std::min(x + 1, heat.columns - 1);
  for (std::size_t v = y == 0 ? 0 : y - 1; v <= last_y; ++v) {
    for (std::size_t u = x == 0 ? 0 : x - 1; u <= last_x; ++u) {
      const float other = plane[v * heat.columns + u];
      const bool is_before = v < y || (v == y && u < x);
      if (other > value || (is_before && other == value)) return false;
    }
  }
  return true;
}

struct Maps {
  OutputView heat{}, sides{};
};

core::Result<Maps> maps_of(std::span<const Tensor> outputs, const OutputFacts& facts) {
  SG_TRY(check_count(outputs, 2, facts));
  Maps maps;
  SG_ASSIGN(maps.heat, planes_of(outputs[0], facts));
  SG_ASSIGN(maps.sides, planes_of(outputs[1], facts));
  if (maps.sides.planes != 4 || maps.sides.rows != maps.heat.rows || maps.sides.columns != maps.heat.columns) {
    return core::fail(misfit(facts, "the sides are not four maps of the heat's size"));
  }
  if (maps.heat.planes != facts.labels) return core::fail(wrong_label_count(facts, maps.heat.planes));
  return maps;
}

core::Box box_at(const OutputView& sides, std::size_t y, std::size_t x, core::Size input) {
  const std::size_t cell = y * sides.columns + x;
  const double centre_x = static_cast<double>(x) * input.width / static_cast<double>(sides.columns);
  const double centre_y = static_cast<double>(y) * input.height / static_cast<double>(sides.rows);
  // Negative distances are noise of very small things.
  const auto side = [&](std::size_t plane) { return std::max(0.0F, sides.plane(plane)[cell]); };
  return {centre_x - side(0), centre_y - side(1), side(0) + side(2), side(1) + side(3)};
}

}  // namespace

Candidates read_centernet(std::span<const Tensor> outputs, const OutputFacts& facts) {
  SG_ASSIGN(const auto maps, maps_of(outputs, facts));
  std::vector<Candidate> found;
  for (std::size_t label = 0; label < maps.heat.planes; ++label) {
    const float* plane = maps.heat.plane(label);
    for (std::size_t y = 0; y < maps.heat.rows; ++y) {
      for (std::size_t x = 0; x < maps.heat.columns; ++x) {
        const float confidence = plane[y * maps.heat.columns + x];
        if (confidence < facts.least_confidence || !is_peak(maps.heat, plane, y, x)) continue;
        SG_TRY(check_confidence(confidence, facts));
        found.push_back({label, std::min(confidence, 1.0F), box_at(maps.sides, y, x, facts.input)});
      }
    }
  }
  return found;
}

}  // namespace sightglass::vision
