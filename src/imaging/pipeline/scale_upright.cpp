#include "imaging/pipeline/scale_upright.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "imaging/pipeline/resample.hpp"

namespace sightglass::imaging::pipeline {

using core::Orientation;

namespace {

// Which stored axes run against the upright picture.
bool mirrors_x(Orientation orientation) {
  return orientation == Orientation::mirrored || orientation == Orientation::rotated_180 ||
         orientation == Orientation::transversed || orientation == Orientation::rotated_270;
}
bool mirrors_y(Orientation orientation) {
  return orientation == Orientation::flipped || orientation == Orientation::rotated_180 ||
         orientation == Orientation::transversed || orientation == Orientation::rotated_90;
}

// Planes of 4:2:0 are padded to even luma sizes. A mirrored axis is padded in front, so that the padding
// ends up at the right and at the bottom of the upright plane.
AxisMap axis(double source_shown, std::int32_t source_length, std::int32_t target, bool is_mirrored, Chroma chroma,
             bool is_chroma_plane) {
  const std::int32_t divisor = chroma == Chroma::half && is_chroma_plane ? 2 : 1;
  const std::int32_t padded = chroma == Chroma::half ? (target + 1) / 2 * 2 : target;
  const double shown = static_cast<double>(target) / divisor;
  const std::int32_t length = padded / divisor;
  return {source_shown, source_length, shown, length, is_mirrored ? length - shown : 0.0};
}

// Copies in tiles, so that neither side's rows fall out of the cache.
void transpose_turned(const Plane& stored, Plane& upright, bool flips_x, bool flips_y) {
  constexpr std::int32_t tile = 32;
  for (std::int32_t top = 0; top < upright.height; top += tile) {
    for (std::int32_t left = 0; left < upright.width; left += tile) {
      for (auto y = top; y < std::min(top + tile, upright.height); ++y) {
        const auto column = flips_x ? stored.width - 1 - y : y;
        auto* out = upright.row(y);
        for (auto x = left; x < std::min(left + tile, upright.width); ++x) {
          out[x] = stored.row(flips_y ? stored.height - 1 - x : x)[column];
        }
      }
    }
  }
}

void copy_turned(const Plane& stored, Plane& upright, bool flips_x, bool flips_y) {
  for (std::int32_t y = 0; y < upright.height; ++y) {
    const auto* from = stored.row(flips_y ? stored.height - 1 - y : y);
    if (flips_x) {
      std::reverse_copy(from, from + stored.width, upright.row(y));
    } else {
      std::copy_n(from, stored.width, upright.row(y));
    }
  }
}

std::uint8_t clamped(double value) { return static_cast<std::uint8_t>(std::clamp(std::lround(value), 0L, 255L)); }

}  // namespace

Plane turn_upright(Plane stored, Orientation orientation) {
  if (orientation == Orientation::upright) return stored;
  const bool flips_x = mirrors_x(orientation);
  const bool flips_y = mirrors_y(orientation);
  if (!core::swaps_axes(orientation)) {
    auto upright = Plane::of_size(stored.width, stored.height);
    copy_turned(stored, upright, flips_x, flips_y);
    return upright;
  }
  auto upright = Plane::of_size(stored.height, stored.width);
  transpose_turned(stored, upright, flips_x, flips_y);
  return upright;
}

PlanarPicture scale_upright(const PlanarPicture& source, core::Size target, Orientation orientation, Chroma chroma) {
  const auto stored = core::swaps_axes(orientation) ? target.transposed() : target;
  PlanarPicture result{.size = target, .chroma = source.chroma == Chroma::none ? Chroma::none : chroma};
  for (std::size_t index = 0; index < source.plane_count(); ++index) {
    const auto& plane = source.planes[index];
    const bool is_chroma = index > 0;
    const auto across = axis(plane.shown_width, plane.width, stored.width, mirrors_x(orientation), chroma, is_chroma);
    const auto down = axis(plane.shown_height, plane.height, stored.height, mirrors_y(orientation), chroma, is_chroma);
    auto upright = turn_upright(resample(plane, across, down), orientation);
    const double divisor = chroma == Chroma::half && is_chroma ? 2 : 1;
    upright.shown_width = target.width / divisor;
    upright.shown_height = target.height / divisor;
    result.planes[index] = std::move(upright);
  }
  return result;
}

RgbPicture to_rgb(const PlanarPicture& picture, core::Size target) {
  const auto full = scale_upright(picture, target, Orientation::upright, Chroma::full);
  RgbPicture rgb{.size = target, .pixels = {}};
  const auto count = static_cast<std::size_t>(target.pixels());
  rgb.pixels.resize(count * 3);
  const bool is_grey = full.chroma == Chroma::none;
  for (std::size_t index = 0; index < count; ++index) {
    const double luma = full.planes[0].pixels[index];
    const double blue = is_grey ? 0 : full.planes[1].pixels[index] - 128.0;
    const double red = is_grey ? 0 : full.planes[2].pixels[index] - 128.0;
    rgb.pixels[index * 3] = clamped(luma + 1.402 * red);
    rgb.pixels[index * 3 + 1] = clamped(luma - 0.344136 * blue - 0.714136 * red);
    rgb.pixels[index * 3 + 2] = clamped(luma + 1.772 * blue);
  }
  return rgb;
}

}  // namespace sightglass::imaging::pipeline
