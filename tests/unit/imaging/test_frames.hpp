// Frames as sensors deliver them, and what files hold that were made of them.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/raw_image.hpp"

namespace sightglass::imaging::test {

// Samples of a pixel: one for grey, R, G, B for colours; as many significant bits as the frame's format.
using Scene = std::function<std::array<int, 3>(int x, int y)>;

// A frame of `scene` as a sensor of this format sees it: of a mosaic, the one colour that its filter lets through; of a
// grey sensor, the first. `padding` bytes of 0xa5 follow each row.
core::RawImage frame_of(core::Size size, core::PixelFormat format, const Scene& scene, int padding = 0);

// All samples of a PNG or TIFF file, rows without gaps.
struct Stored {
  core::Size size{};
  int channels = 0;
  int bits = 0;
  std::vector<int> samples{};
  int at(int x, int y, int channel = 0) const {
    return samples.at(
        (static_cast<std::size_t>(y) * static_cast<std::size_t>(size.width) + static_cast<std::size_t>(x)) *
            static_cast<std::size_t>(channels) +
        static_cast<std::size_t>(channel));
  }
};
Stored read_lossless(std::string_view file);

}  // namespace sightglass::imaging::test
