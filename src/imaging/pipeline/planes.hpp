// Pictures as separate 8-bit planes, the form that both decoders deliver and the encoder takes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/geometry.hpp"

namespace sightglass::imaging::pipeline {

// One channel, rows without gaps. The plane may be a little larger than what it shows: `shown_width` and
// `shown_height` say, in this plane's own pixels, how far the picture reaches (2016.5 of 2017, half a chroma
// pixel at an odd edge), counted from the top left.
struct Plane {
  std::int32_t width = 0;
  std::int32_t height = 0;
  double shown_width = 0;
  double shown_height = 0;
  std::unique_ptr<std::uint8_t[]> pixels{};

  static Plane of_size(std::int32_t width, std::int32_t height) {
    return {width, height, static_cast<double>(width), static_cast<double>(height),
            std::make_unique_for_overwrite<std::uint8_t[]>(static_cast<std::size_t>(width) *
                                                           static_cast<std::size_t>(height))};
  }
  std::uint8_t* row(std::int32_t y) { return pixels.get() + static_cast<std::ptrdiff_t>(y) * width; }
  const std::uint8_t* row(std::int32_t y) const { return pixels.get() + static_cast<std::ptrdiff_t>(y) * width; }
};

enum class Chroma : std::uint8_t {
  none,  // grey: one plane
  half,  // 4:2:0, every plane padded to an even size of the luma plane
  full,  // 4:4:4
  wide,  // 4:2:2; only as decoded, never made here
};

// Full-range YCbCr (ITU-T T.871) of sRGB; planes Y, Cb, Cr. Only planes[0] is filled when grey.
struct PlanarPicture {
  core::Size size{};
  Chroma chroma = Chroma::half;
  std::array<Plane, 3> planes{};
  std::size_t plane_count() const { return chroma == Chroma::none ? 1 : 3; }
};

// Interleaved R, G, B, 8 bit, rows without gaps.
struct RgbPicture {
  core::Size size{};
  std::vector<std::uint8_t> pixels{};
};

}  // namespace sightglass::imaging::pipeline
