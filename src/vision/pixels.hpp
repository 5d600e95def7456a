// Operations on pixels that networks and classical methods need: scaling, cutting, straightening, contrast, and the
// way from a raster to a network's input. Implemented in opencv/; no type of that library is seen here.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "core/box.hpp"
#include "core/raster.hpp"
#include "core/result.hpp"
#include "vision/letterbox.hpp"
#include "vision/model_file.hpp"
#include "vision/tensor.hpp"

namespace sightglass::vision {

// H×W×1, 8 bit, rows without gaps.
struct GreyPicture {
  core::Size size{};
  std::vector<std::uint8_t> values{};  // exactly size.pixels() bytes
};

// All functions here are pure, thread-safe and block for as long as they compute. Common errors: invalid_input for a
// picture without pixels, one whose bytes do not match its size, or a wanted size below 1 or above 16,384 a side.

// `area` averages all pixels that fall into one; it is right for shrinking and is `bilinear` when it enlarges.
enum class Resampling : std::uint8_t { bilinear, area };
core::Result<core::Raster> resized(const core::Raster& picture, core::Size size, Resampling how = Resampling::area);
core::Result<GreyPicture> resized(const GreyPicture& picture, core::Size size, Resampling how = Resampling::area);

// The part under `box`, its edges moved outwards to whole pixels and cut to the picture. invalid_input when nothing is
// left.
core::Result<core::Raster> cut_out(const core::Raster& picture, const core::Box& box);
core::Result<GreyPicture> cut_out(const GreyPicture& picture, const core::Box& box);

// Turned clockwise by 90, 180 or 270 degrees; 0 copies. invalid_input for other angles.
core::Result<core::Raster> turned(const core::Raster& picture, std::int32_t degrees);

// 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601).
core::Result<GreyPicture> grey_of(const core::Raster& picture);
// The same value in all three channels.
core::Result<core::Raster> raster_of(const GreyPicture& picture);

// The quadrangle with `corners` (x, y, counted from pixels' edges; clockwise from the one that becomes the left top),
// as a rectangle of `size`. Beyond the picture's edge its outermost pixels are repeated. invalid_input for corners that
// span no area.
core::Result<core::Raster> straightened(const core::Raster& picture, const std::array<double, 8>& corners,
                                        core::Size size);

// `to_source` is a 3×3 matrix, row by row, that takes the centre of a pixel of the result, counted 0, 1, …, to the
// place in `picture`, counted alike, where it comes from. Bilinear; places outside of `picture` repeat its edge.
core::Result<core::Raster> warped(const core::Raster& picture, const std::array<double, 9>& to_source, core::Size size);
core::Result<GreyPicture> warped(const GreyPicture& picture, const std::array<double, 9>& to_source, core::Size size);

// Contrast limited adaptive histogram equalisation (Zuiderveld 1994) in tiles × tiles places. Of a raster its lightness
// (CIE L*) alone. `limit` above 0, as a multiple of the even histogram; `tiles` 1 … 64.
core::Result<GreyPicture> equalised(const GreyPicture& picture, double limit, std::int32_t tiles = 8);
core::Result<core::Raster> equalised(const core::Raster& picture, double limit, std::int32_t tiles = 8);

// How far `moved` was moved against `still`, in pixels, by phase correlation under a Hann window (Kuglin and Hines
// 1975), and how clearly: 0 … 1. invalid_input unless both are of one size.
struct PictureShift {
  double x = 0, y = 0;
  double clarity = 0;
};
core::Result<PictureShift> shift_between(const GreyPicture& still, const GreyPicture& moved);

// What a network wants its pixels to be: (value − mean) / deviation for values of 0 … 255. Means and deviations are in
// the network's own order of channels; of grey the first counts.
struct PixelScale {
  ColourOrder order = ColourOrder::rgb;
  std::array<float, 3> mean{0, 0, 0};
  std::array<float, 3> deviation{1, 1, 1};
};

// 1×C×H×W of the picture as it is, C 3, or 1 of grey. invalid_input for a deviation that is not above 0.
core::Result<Tensor> tensor_of(const core::Raster& picture, const PixelScale& scale);
// The same of the size `place.input`: the picture is scaled as `place` says (area when it shrinks, bilinear when it
// grows), and what it does not cover is of grey level `fill` (0 … 255, before scaling to the network's numbers).
core::Result<Tensor> letterboxed(const core::Raster& picture, const Letterbox& place, const PixelScale& scale,
                                 float fill = 0);

// Networks of pictures below this have nothing to judge: callers refuse them as too small.
constexpr std::int32_t least_side = 8;

}  // namespace sightglass::vision
