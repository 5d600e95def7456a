#include "vision/detection/candidates.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sightglass::vision {

namespace {

// Comparing all with all: 2,000 of them take about 10 ms, and no picture shows so many things.
constexpr std::size_t most_compared = 2'000;

// Boxes of two labels that overlap so much are one thing that the network is unsure of; a rider and the horse overlap
// far less.
constexpr double same_place = 0.85;

bool is_better(const Candidate& a, const Candidate& b) {
  if (a.confidence != b.confidence) return a.confidence > b.confidence;
  if (a.label != b.label) return a.label < b.label;
  return a.box.x != b.box.x ? a.box.x < b.box.x : a.box.y < b.box.y;
}

}  // namespace

Candidates read_candidates(OutputLayout layout, std::span<const Tensor> outputs, const OutputFacts& facts) {
  switch (layout) {
    case OutputLayout::centernet: return read_centernet(outputs, facts);
    case OutputLayout::nanodet: return read_nanodet(outputs, facts);
    case OutputLayout::yolov5: return read_yolov5(outputs, facts);
    case OutputLayout::yolov8: return read_yolov8(outputs, facts);
    case OutputLayout::ssd: return read_ssd(outputs, facts);
    default: break;
  }
  return core::fail({.code = core::ErrorCode::unsupported_format,
                     .message = fmt::format("model {} finds no boxes: its layout is {}", facts.model, name_of(layout)),
                     .field = "output.layout"});
}

std::vector<Candidate> without_repetitions(std::vector<Candidate> candidates, double most_overlap, std::size_t most) {
  std::ranges::sort(candidates, is_better);
  if (candidates.size() > most_compared) candidates.resize(most_compared);
  std::vector<Candidate> kept;
  for (const auto& candidate : candidates) {
    if (kept.size() == most) break;
    const auto is_same = [&](const Candidate& better) {
      const double overlap = core::overlap(better.box, candidate.box);
      return overlap > (better.label == candidate.label ? most_overlap : same_place);
    };
    if (std::ranges::none_of(kept, is_same)) kept.push_back(candidate);
  }
  return kept;
}

}  // namespace sightglass::vision
