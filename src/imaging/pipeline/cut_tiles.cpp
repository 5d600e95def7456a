#include "imaging/pipeline/cut_tiles.hpp"

#include <algorithm>
#include <utility>

#include "imaging/pipeline/halve.hpp"
#include "imaging/pipeline/resample.hpp"
#include "imaging/pipeline/scale_upright.hpp"
#include "imaging/tile_grid.hpp"
#include "imaging/turbojpeg/jpeg_planes.hpp"

namespace sightglass::imaging::pipeline {
namespace {

// Sides of a plane, padded as the encoder wants them: 4:2:0 has even luma.
core::Size plane_size(core::Size shown, Chroma chroma, bool is_chroma) {
  if (chroma != Chroma::half) return shown;
  const auto half = halved(shown);
  return is_chroma ? half : core::Size{2 * half.width, 2 * half.height};
}

// One plane at a time, so that a large picture is never there twice.
PlanarPicture widen_chroma(PlanarPicture picture) {
  for (std::size_t index = 1; index < picture.plane_count(); ++index) {
    auto& plane = picture.planes[index];
    const auto [width, height] = picture.size;
    const AxisMap across{plane.shown_width, plane.width, static_cast<double>(width), width, 0};
    const AxisMap down{static_cast<double>(height), plane.height, static_cast<double>(height), height, 0};
    plane = resample(plane, across, down);
  }
  // Its luma is padded to an even width; a picture with full chroma has no padding.
  if (picture.planes[0].width != picture.size.width) {
    auto luma = Plane::of_size(picture.size.width, picture.size.height);
    for (std::int32_t y = 0; y < luma.height; ++y) std::copy_n(picture.planes[0].row(y), luma.width, luma.row(y));
    picture.planes[0] = std::move(luma);
  }
  picture.chroma = Chroma::full;
  return picture;
}

Plane cut(const Plane& plane, std::int32_t left, std::int32_t top, core::Size size) {
  auto tile = Plane::of_size(size.width, size.height);
  for (std::int32_t y = 0; y < size.height; ++y) std::copy_n(plane.row(top + y) + left, size.width, tile.row(y));
  return tile;
}

PlanarPicture cut_tile(const PlanarPicture& picture, std::int32_t column, std::int32_t row) {
  const auto left = column * tile_side;
  const auto top = row * tile_side;
  const core::Size size{std::min(tile_side, picture.size.width - left), std::min(tile_side, picture.size.height - top)};
  PlanarPicture tile{.size = size, .chroma = picture.chroma};
  for (std::size_t index = 0; index < picture.plane_count(); ++index) {
    const bool is_chroma = index > 0;
    // Tiles begin at even pixels, so that a tile's chroma begins with a sample.
    const int divisor = is_chroma && picture.chroma == Chroma::half ? 2 : 1;
    tile.planes[index] =
        cut(picture.planes[index], left / divisor, top / divisor, plane_size(size, picture.chroma, is_chroma));
  }
  return tile;
}

PlanarPicture next_level(PlanarPicture picture) {
  const auto size = halved(picture.size);
  for (std::size_t index = 0; index < picture.plane_count(); ++index) {
    picture.planes[index] = halve(picture.planes[index], plane_size(size, picture.chroma, index > 0));
  }
  picture.size = size;
  return picture;
}

}  // namespace

PlanarPicture make_upright(PlanarPicture stored, core::Orientation orientation) {
  if (stored.chroma == Chroma::wide) stored = widen_chroma(std::move(stored));
  if (orientation == core::Orientation::upright) return stored;
  const auto size = core::swaps_axes(orientation) ? stored.size.transposed() : stored.size;
  // Mirrored, an odd side's halved chroma no longer lies on the grid of the luma and must be resampled.
  const bool is_odd = size.width % 2 != 0 || size.height % 2 != 0;
  if (stored.chroma == Chroma::half && is_odd) return scale_upright(stored, size, orientation);
  for (std::size_t index = 0; index < stored.plane_count(); ++index) {
    stored.planes[index] = turn_upright(std::move(stored.planes[index]), orientation);
  }
  stored.size = size;
  return stored;
}

core::Result<void> cut_tiles(PlanarPicture picture, std::int32_t quality, TileSink& sink) {
  const TileGrid grid(picture.size);
  SG_TRY(sink.begin(picture.size));
  for (auto level = grid.levels().rbegin(); level != grid.levels().rend(); ++level) {
    if (picture.size != level->size) picture = next_level(std::move(picture));
    for (std::int64_t place = 0; place < std::int64_t{level->columns} * level->rows; ++place) {
      const auto column = static_cast<std::int32_t>(place % level->columns);
      const auto row = static_cast<std::int32_t>(place / level->columns);
      SG_ASSIGN(const auto jpeg, turbojpeg::encode_jpeg(cut_tile(picture, column, row), quality));
      SG_TRY(sink.add(jpeg));
    }
  }
  return {};
}

}  // namespace sightglass::imaging::pipeline
