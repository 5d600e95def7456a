// A part that is unlike itself when it is turned, and pictures of it that was laid down otherwise.
#pragma once

#include "unit/vision/anomaly/painted_embedder.hpp"
#include "vision/anomaly/part_alignment.hpp"
#include "vision/pixels.hpp"

namespace sightglass::vision {

inline void paint_box(core::Raster& picture, core::Box share, std::uint8_t value) {
  const auto& [width, height] = picture.size;
  for (auto y = static_cast<std::int32_t>(share.y * height); y < (share.y + share.height) * height; ++y)
    for (auto x = static_cast<std::int32_t>(share.x * width); x < (share.x + share.width) * width; ++x)
      for (std::size_t c = 0; c < 3; ++c)
        picture.rgb[3 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)) +
                    c] = value;
}

// A dark plate with a slot, a bright corner and a hole, in noise; the same part for all seeds.
inline core::Raster part_picture(core::Size size, std::uint64_t seed) {
  auto picture = noisy_picture(size, seed);
  paint_box(picture, {0.2, 0.2, 0.6, 0.6}, 60);
  paint_box(picture, {0.25, 0.28, 0.35, 0.08}, 200);
  paint_box(picture, {0.68, 0.6, 0.09, 0.16}, 230);
  paint_box(picture, {0.3, 0.6, 0.1, 0.1}, 10);
  return picture;
}

// What a camera sees of `still` when the part lies as `move` says.
inline core::Raster moved_part(const core::Raster& still, const PartMove& move) {
  // The way back of a shift that follows a turn is a turn after the shift.
  const double angle = -move.degrees * 3.14159265358979323846 / 180;
  const double x = -(std::cos(angle) * move.x - std::sin(angle) * move.y);
  const double y = -(std::sin(angle) * move.x + std::cos(angle) * move.y);
  return moved_back(still, {.x = x, .y = y, .degrees = -move.degrees}).value();
}

}  // namespace sightglass::vision
