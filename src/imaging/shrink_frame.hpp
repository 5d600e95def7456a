// A sensor's frame made small enough to be looked at live, and what a person who sets up a camera wants to know of it.
#pragma once

#include <array>
#include <cstdint>

#include "core/raw_image.hpp"

namespace sightglass::imaging {

// By a whole factor, so that neither side is longer than `max_side` (16 and up): means of the pixels that become one.
// Grey stays grey (Mono8); colours, Bayer mosaics among them, become RGB8. Of a mosaic each cell of four becomes one
// pixel at least. `frame` must be whole: its bytes as many as its stride and height say.
core::RawImage shrink_frame(const core::RawImage& frame, std::int32_t max_side);

constexpr std::size_t histogram_bins = 64;

struct FrameMeasures {
  std::array<double, histogram_bins> histogram{};  // shares of the pixels by luma, dark first; their sum is 1
  double mean_luma = 0;                            // 0 … 255
  double dark_share = 0;                           // of pixels with luma 0
  double bright_share = 0;                         // of pixels with luma 255: the exposure was too long for them
  double focus = 0;  // variance of the Laplacian of the luma: the larger, the sharper; to be compared with itself alone
};

// Of a frame that shrink_frame() made: Mono8 or RGB8, at least 3 × 3.
FrameMeasures measure_frame(const core::RawImage& small);

}  // namespace sightglass::imaging
