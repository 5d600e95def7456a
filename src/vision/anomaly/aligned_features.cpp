#include "vision/anomaly/aligned_features.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace sightglass::vision {

namespace {

using core::Result;

// The side that stretched pictures get: that of the backbone's input (docs: centernet, 512×512).
constexpr std::int32_t stretched_side = 512;

Result<BackbonePass> pass_of(const core::Raster& picture, bool is_stretched, Embedder& embedder) {
  constexpr double no_detections = 1.0;
  if (!is_stretched || picture.size.width == picture.size.height) return embedder.pass(picture, no_detections);
  SG_ASSIGN(const core::Raster square, resized(picture, {stretched_side, stretched_side}));
  return embedder.pass(square, no_detections);
}

// What lies beyond the picture is its edge, drawn out: nothing is to be said of it.
void leave_out_beyond(const PartMove& move, core::Size size, PatchFeatures& features) {
  const auto& box = features.letterbox;
  for (std::int32_t y = 0; y < features.cells.height; ++y)
    for (std::int32_t x = 0; x < features.cells.width; ++x) {
      const double input_x = (x + 0.5) * box.input.width / features.cells.width;
      const double input_y = (y + 0.5) * box.input.height / features.cells.height;
      // A stretched picture was another one to the letterbox.
      const double across = static_cast<double>(size.width) / box.picture.width;
      const double down = static_cast<double>(size.height) / box.picture.height;
      const auto place = on_picture(
          move, size, PartPlace{(input_x - box.left) / box.scale * across, (input_y - box.top) / box.scale * down});
      const bool is_seen = place.x >= 0 && place.y >= 0 && place.x <= size.width && place.y <= size.height;
      if (!is_seen) features.valid[static_cast<std::size_t>(y * features.cells.width + x)] = 0;
    }
}

}  // namespace

Result<AlignedFeatures> aligned_features(const core::Raster& picture, const PartReference* reference, bool is_stretched,
                                         Embedder& embedder) {
  AlignedFeatures answer;
  if (reference != nullptr) {
    SG_ASSIGN(answer.moved, reference->find(picture));
  }
  if (!answer.moved) {
    SG_ASSIGN(const auto pass, pass_of(picture, is_stretched, embedder));
    SG_ASSIGN(answer.features, patch_features(pass, embedder.model()));
    return answer;
  }
  SG_ASSIGN(const auto back, moved_back(picture, *answer.moved));
  SG_ASSIGN(const auto pass, pass_of(back, is_stretched, embedder));
  SG_ASSIGN(answer.features, patch_features(pass, embedder.model()));
  leave_out_beyond(*answer.moved, picture.size, answer.features);
  return answer;
}

HeatMap on_picture(const HeatMap& map, const PartMove& move, core::Size size) {
  HeatMap answer{.cells = map.cells, .values = std::vector<float>(map.values.size())};
  const double across = static_cast<double>(size.width) / map.cells.width;
  const double down = static_cast<double>(size.height) / map.cells.height;
  std::size_t to = 0;
  for (std::int32_t y = 0; y < map.cells.height; ++y)
    for (std::int32_t x = 0; x < map.cells.width; ++x, ++to) {
      const auto from = on_reference(move, size, PartPlace{(x + 0.5) * across, (y + 0.5) * down});
      const auto column = static_cast<std::int32_t>(std::floor(from.x / across));
      const auto row = static_cast<std::int32_t>(std::floor(from.y / down));
      if (column < 0 || row < 0 || column >= map.cells.width || row >= map.cells.height) continue;
      answer.values[to] = map.values[static_cast<std::size_t>(row * map.cells.width + column)];
    }
  return answer;
}

core::Box on_picture(const core::Box& box, const PartMove& move, core::Size size) {
  const std::array corners{PartPlace{box.x, box.y}, PartPlace{box.x + box.width, box.y},
                           PartPlace{box.x, box.y + box.height}, PartPlace{box.x + box.width, box.y + box.height}};
  double left = 1e9, top = 1e9, right = -1e9, bottom = -1e9;
  for (const auto& corner : corners) {
    const auto place = on_picture(move, size, corner);
    left = std::min(left, place.x), right = std::max(right, place.x);
    top = std::min(top, place.y), bottom = std::max(bottom, place.y);
  }
  return core::clipped({left, top, right - left, bottom - top}, size);
}

}  // namespace sightglass::vision
