#include "core/geometry.hpp"

#include <algorithm>
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

}  // namespace sightglass::core
