// The layouts that exporters of Ultralytics' YOLOv5 and YOLOv8 write; MegaDetector v5 is a YOLOv5.
#include <fmt/format.h>

#include <algorithm>

#include "vision/detection/candidates.hpp"
#include "vision/detection/output_view.hpp"

namespace sightglass::vision {

namespace {

// Centre and size, in input pixels.
core::Box box_of(float x, float y, float width, float height) {
  const double w = std::max(0.0F, width);
  const double h = std::max(0.0F, height);
  return {x - w / 2, y - h / 2, w, h};
}

}  // namespace

Candidates read_yolov5(std::span<const Tensor> outputs, const OutputFacts& facts) {
  SG_TRY(check_count(outputs, 1, facts));
  SG_ASSIGN(const auto table, table_of(outputs[0], facts));
  if (table.columns < 6) return core::fail(misfit(facts, fmt::format("{} numbers a box are too few", table.columns)));
  if (table.columns - 5 != facts.labels) return core::fail(wrong_label_count(facts, table.columns - 5));
  std::vector<Candidate> found;
  for (std::size_t row = 0; row < table.rows; ++row) {
    const float* box = table.row(row);
    SG_TRY(check_confidence(box[4], facts));
    if (box[4] < facts.least_confidence) continue;
    const float* best = std::max_element(box + 5, box + table.columns);
    SG_TRY(check_confidence(*best, facts));
    const float confidence = std::min(1.0F, box[4] * *best);
    if (confidence < facts.least_confidence) continue;
    found.push_back({static_cast<std::size_t>(best - box - 5), confidence, box_of(box[0], box[1], box[2], box[3])});
  }
  return found;
}

// As YOLOv5's, without the column of "something is here", and with rows and columns exchanged.
Candidates read_yolov8(std::span<const Tensor> outputs, const OutputFacts& facts) {
  SG_TRY(check_count(outputs, 1, facts));
  SG_ASSIGN(const auto table, table_of(outputs[0], facts));
  if (table.rows < 5) return core::fail(misfit(facts, fmt::format("{} numbers a box are too few", table.rows)));
  if (table.rows - 4 != facts.labels) return core::fail(wrong_label_count(facts, table.rows - 4));
  std::vector<Candidate> found;
  for (std::size_t column = 0; column < table.columns; ++column) {
    std::size_t best = 4;
    for (std::size_t row = 5; row < table.rows; ++row) {
      if (table.at(row, column) > table.at(best, column)) best = row;
    }
    const float confidence = table.at(best, column);
    SG_TRY(check_confidence(confidence, facts));
    if (confidence < facts.least_confidence) continue;
    found.push_back({best - 4, std::min(confidence, 1.0F),
                     box_of(table.at(0, column), table.at(1, column), table.at(2, column), table.at(3, column))});
  }
  return found;
}

}  // namespace sightglass::vision
