// Files of tiles lie in a cache that people and other programs can write to: whatever stands at the end of one, every
// tile that is found must lie inside the file, before its index and behind the tile before it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "filing/tile_pack.hpp"

namespace {

using sightglass::filing::TilePack;

void check(std::string_view end, std::int64_t file_bytes) {
  const auto pack = TilePack::parse(end, file_bytes);
  if (!pack) return;
  const auto index_from = file_bytes - static_cast<std::int64_t>(end.size());
  const auto& levels = pack->grid().levels();
  std::int64_t reached = 0;
  // In the order of making, which is the order in the file.
  for (auto level = static_cast<std::int64_t>(levels.size()); level-- > 0;) {
    const auto& [size, columns, rows, first] = levels[static_cast<std::size_t>(level)];
    for (std::int64_t tile = 0; tile < std::int64_t{columns} * rows; ++tile) {
      const auto place = pack->find({level, tile % columns, tile / columns});
      if (!place || place->offset != reached || place->length <= 0) std::abort();
      reached += place->length;
    }
    if (pack->find({level, columns, 0}) || pack->find({level, 0, rows})) std::abort();
  }
  if (reached != index_from) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view file(reinterpret_cast<const char*>(bytes), size);
  // As a whole file, whose tiles come first, and as an index of which the rest is not given.
  if (file.size() >= TilePack::trailer_bytes) {
    const auto length = TilePack::index_bytes(file.substr(file.size() - TilePack::trailer_bytes));
    if (length && *length <= file.size())
      check(file.substr(file.size() - *length), static_cast<std::int64_t>(file.size()));
  }
  check(file, static_cast<std::int64_t>(file.size()) + 1000);
  return 0;
}
