// Codes drawn for one test, by the writers that zxing-cpp has.
#pragma once

#define ZX_USE_UTF8
#include <ZXing/BarcodeFormat.h>
#include <ZXing/BitMatrix.h>
#include <ZXing/MultiFormatWriter.h>

#include <algorithm>
#include <cstdint>
#include <string>

#include "core/raster.hpp"
#include "vision/pixels.hpp"

namespace sightglass::vision::test {

inline GreyPicture white(core::Size size) {
  return {size, std::vector<std::uint8_t>(static_cast<std::size_t>(size.pixels()), 255)};
}

// Black on white with its quiet zone.
inline GreyPicture drawn(ZXing::BarcodeFormat format, const std::string& text, core::Size size = {300, 120}) {
  const auto bits = ZXing::MultiFormatWriter(format).setMargin(10).encode(text, size.width, size.height);
  auto picture = white({bits.width(), bits.height()});
  for (std::int32_t y = 0; y < bits.height(); ++y) {
    for (std::int32_t x = 0; x < bits.width(); ++x) {
      if (bits.get(x, y)) picture.values[static_cast<std::size_t>(y * bits.width() + x)] = 0;
    }
  }
  return picture;
}

inline void put(const GreyPicture& part, std::int32_t left, std::int32_t top, GreyPicture& picture) {
  for (std::ptrdiff_t y = 0; y < part.size.height; ++y) {
    std::copy_n(part.values.begin() + y * part.size.width, part.size.width,
                picture.values.begin() + (y + top) * picture.size.width + left);
  }
}

inline core::Raster raster(const GreyPicture& picture) {
  core::Raster answer{picture.size, {}};
  for (const auto value : picture.values) answer.rgb.insert(answer.rgb.end(), 3, value);
  return answer;
}

}  // namespace sightglass::vision::test
