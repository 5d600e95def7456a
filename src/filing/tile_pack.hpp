// All tiles of one picture in one file: the tiles back to back in the order of imaging::TileGrid, then how long each
// is, then of what size the picture is. The end makes it whole: a file that was cut off has none.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "imaging/tile_grid.hpp"
#include "runtime/unix_fd.hpp"

namespace sightglass::filing {

// Changes when tiles are cut or packed in another way: files of another version count as missing.
inline constexpr int tile_pack_version = 1;

// What follows the last tile: 4 bytes for each length, then 20 bytes (mark, width, height, count), little-endian.
// `lengths` are of all tiles of the grid of `size`, in its order.
std::string tile_index(core::Size size, std::span<const std::uint32_t> lengths);

// Immutable; of an open file or, without one, of an index alone.
class TilePack {
 public:
  struct Place {
    std::int64_t offset = 0;  // bytes from the file's start
    std::int64_t length = 0;
  };

  // Reads and checks the index of a file of any content. Blocks for two reads. Errors: corrupt_image when it is no
  // whole pack of this version; unavailable when it cannot be read.
  static core::Result<TilePack> open(runtime::UnixFd file);
  // `end` is the file's end: as many bytes as index_bytes() asked for. Pure.
  static core::Result<TilePack> parse(std::string_view end, std::int64_t file_bytes);
  // How long the index is whose last 20 bytes these are; nullopt when they are the end of no pack.
  static std::optional<std::size_t> index_bytes(std::string_view last);
  static constexpr std::size_t trailer_bytes = 20;

  const imaging::TileGrid& grid() const { return grid_; }
  // nullopt outside the grid.
  std::optional<Place> find(const imaging::TileAddress& address) const;
  // The file, for a caller who sends from it; once.
  runtime::UnixFd take_file() { return std::move(file_); }

 private:
  TilePack(imaging::TileGrid grid, std::vector<std::int64_t> offsets)
      : grid_(std::move(grid)), offsets_(std::move(offsets)) {}
  imaging::TileGrid grid_;
  std::vector<std::int64_t> offsets_;  // one more than there are tiles
  runtime::UnixFd file_{};
};

}  // namespace sightglass::filing
