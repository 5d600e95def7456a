#include "core/geometry.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace sightglass::core {

Size fit_inside(Size source, Size box) {
  if (source.width <= box.width && source.height <= box.height) return source;
  const double scale =
      std::min(static_cast<double>(box.width) / source.width, static_cast<double>(box.height) / source.height);
  // A panorama's short side would round to nothing.
  const auto scaled = [scale](std::int32_t length, std::int32_t limit) {
    return std::clamp(static_cast<std::int32_t>(std::lround(length * scale)), 1, limit);
  };
  return {scaled(source.width, box.width), scaled(source.height, box.height)};
}

Orientation turned(Orientation orientation, std::int32_t degrees) {
  using enum Orientation;
  // Each a quarter clockwise from the one before it: pictures as they are, and mirrored ones.
  constexpr std::array plain{upright, rotated_90, rotated_180, rotated_270};
  constexpr std::array mirror{mirrored, transversed, flipped, transposed};
  const auto& ring = std::ranges::find(plain, orientation) != plain.end() ? plain : mirror;
  const auto place = std::ranges::find(ring, orientation) - ring.begin();
  return ring[static_cast<std::size_t>(place + degrees / 90) % ring.size()];
}

}  // namespace sightglass::core
