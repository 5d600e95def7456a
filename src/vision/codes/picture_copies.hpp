// Copies of a picture in which codes are read that cannot be read in it as it is.
#pragma once

#include <array>
#include <cstdint>

#include "core/box.hpp"
#include "core/result.hpp"
#include "vision/pixels.hpp"

namespace sightglass::vision {

enum class Treatment : std::uint8_t {
  plain,
  contrast,   // CLAHE of limit 4 in 8×8 places
  sharpened,  // unsharp mask: 1.5 times what a blur of 2 pixels takes away
  blurred,    // Gaussian of 1 pixel
  inverted,
  framed,  // a white edge of a tenth of the longer side: the quiet zone that some codes lack
};

struct Copy {
  Treatment treatment = Treatment::plain;
  double scale = 1;          // after the treatment; 0.5 or 2, or 1
  std::int32_t degrees = 0;  // turned clockwise about its centre, −90 … 90, edges repeated
  bool operator==(const Copy&) const = default;
};

struct PictureCopy {
  GreyPicture picture{};
  std::array<double, 9> to_original{};  // 3×3, row by row: places of the copy to places of the picture
};

// Pure. Errors: those of pixels.hpp.
core::Result<PictureCopy> copy_of(const GreyPicture& picture, const Copy& wish);
// The upright box around where `box` of the copy lies on the picture.
core::Box box_on_original(const PictureCopy& copy, const core::Box& box);

// Implemented in opencv/. Gaussian of `deviation` pixels, edges mirrored.
core::Result<GreyPicture> blurred(const GreyPicture& picture, double deviation);

}  // namespace sightglass::vision
