// How an upright picture is cut into tiles: levels that halve, from the whole picture down to one that is a single
// tile.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/geometry.hpp"

namespace sightglass::imaging {

inline constexpr std::int32_t tile_side = 512;  // pixels; tiles at the right and the bottom edge may be smaller

// One level of the pyramid. Each is half the next one, rounded up, as in Deep Zoom images.
struct TileLevel {
  core::Size size{};
  std::int32_t columns = 1;
  std::int32_t rows = 1;
  std::int64_t first = 0;  // place of its first tile in the order of making
};

// Where a tile stands: level 0 is the smallest; columns and rows count from the top left.
struct TileAddress {
  std::int64_t level = 0;
  std::int64_t column = 0;
  std::int64_t row = 0;
};

// The order of making is from the largest level to the smallest, in each row by row. Pure.
class TileGrid {
 public:
  // Both sides are 1 … 65,535 pixels.
  explicit TileGrid(core::Size size);

  core::Size size() const { return levels_.back().size; }
  const std::vector<TileLevel>& levels() const { return levels_; }  // smallest first
  std::int64_t count() const { return count_; }                     // tiles of all levels
  // In the order of making, from 0; nullopt for an address outside the grid.
  std::optional<std::int64_t> place_of(const TileAddress& address) const;

 private:
  std::vector<TileLevel> levels_;
  std::int64_t count_ = 0;
};

// The next smaller level's size.
constexpr core::Size halved(core::Size size) { return {(size.width + 1) / 2, (size.height + 1) / 2}; }

}  // namespace sightglass::imaging
