// Small pictures for tests of vision.
#pragma once

#include <cstdint>

#include "core/raster.hpp"

namespace sightglass::vision::test {

inline core::Raster plain(core::Size size, std::uint8_t red, std::uint8_t green, std::uint8_t blue) {
  core::Raster picture{.size = size};
  for (std::int64_t pixel = 0; pixel < size.pixels(); ++pixel) {
    picture.rgb.insert(picture.rgb.end(), {red, green, blue});
  }
  return picture;
}

// Every pixel another one.
inline core::Raster painted(core::Size size) {
  core::Raster picture{.size = size};
  for (std::int64_t value = 0; value < 3 * size.pixels(); ++value) {
    picture.rgb.push_back(static_cast<std::uint8_t>(value * 7));
  }
  return picture;
}

}  // namespace sightglass::vision::test
