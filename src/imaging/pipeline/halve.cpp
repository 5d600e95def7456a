#include "imaging/pipeline/halve.hpp"

#include <algorithm>

#include "imaging/tile_grid.hpp"

namespace sightglass::imaging::pipeline {

Plane halve(const Plane& source, core::Size target) {
  auto half = Plane::of_size(target.width, target.height);
  const auto last = source.width - 1;
  // Columns with two of the source's; padding and an odd edge repeat the last one.
  const auto paired = std::min(target.width, source.width / 2);
  for (std::int32_t y = 0; y < target.height; ++y) {
    const auto* upper = source.row(std::min(2 * y, source.height - 1));
    const auto* lower = source.row(std::min(2 * y + 1, source.height - 1));
    auto* out = half.row(y);
    for (std::int32_t x = 0; x < paired; ++x) {
      out[x] = static_cast<std::uint8_t>((upper[2 * x] + upper[2 * x + 1] + lower[2 * x] + lower[2 * x + 1] + 2) / 4);
    }
    for (auto x = paired; x < target.width; ++x) {
      out[x] = static_cast<std::uint8_t>((upper[last] + lower[last] + 1) / 2);
    }
  }
  return half;
}

PlanarPicture halve(const PlanarPicture& source) {
  PlanarPicture half{.size = halved(source.size), .chroma = source.chroma};
  for (std::size_t index = 0; index < source.plane_count(); ++index) {
    const auto& plane = source.planes[index];
    half.planes[index] = halve(plane, halved({plane.width, plane.height}));
    half.planes[index].shown_width = plane.shown_width / 2;
    half.planes[index].shown_height = plane.shown_height / 2;
  }
  return half;
}

}  // namespace sightglass::imaging::pipeline
