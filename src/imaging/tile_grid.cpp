#include "imaging/tile_grid.hpp"

#include <algorithm>

namespace sightglass::imaging {

TileGrid::TileGrid(core::Size size) {
  const auto tiles_along = [](std::int32_t pixels) { return (pixels + tile_side - 1) / tile_side; };
  for (;; size = halved(size)) {
    const TileLevel level{size, tiles_along(size.width), tiles_along(size.height), count_};
    levels_.push_back(level);
    count_ += std::int64_t{level.columns} * level.rows;
    if (size.width <= tile_side && size.height <= tile_side) break;
  }
  std::ranges::reverse(levels_);
}

std::optional<std::int64_t> TileGrid::place_of(const TileAddress& address) const {
  if (address.level < 0 || address.level >= static_cast<std::int64_t>(levels_.size())) return std::nullopt;
  const auto& level = levels_[static_cast<std::size_t>(address.level)];
  const bool is_inside =
      address.column >= 0 && address.column < level.columns && address.row >= 0 && address.row < level.rows;
  if (!is_inside) return std::nullopt;
  return level.first + address.row * level.columns + address.column;
}

}  // namespace sightglass::imaging
