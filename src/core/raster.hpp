// Decoded pixels as values, between the layer that reads pictures and those that look at them.
#pragma once

#include <cstdint>
#include <vector>

#include "core/geometry.hpp"

namespace sightglass::core {

// H×W×3, RGB, 8 bit, sRGB, rows without gaps between them. Immutable once shared.
struct Raster {
  Size size{};
  std::vector<std::uint8_t> rgb{};  // exactly 3 · size.pixels() bytes

  const std::uint8_t* row(std::int32_t y) const {
    return rgb.data() + 3 * static_cast<std::size_t>(y) * static_cast<std::size_t>(size.width);
  }
};

}  // namespace sightglass::core
