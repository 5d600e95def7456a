// Any bytes as a stored heat map: what is read is written again as the same map, and painted into a picture of its
// size.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "http/grey_png.hpp"
#include "inspection/heat_map.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sightglass;
  const auto map = inspection::heat_map_from_bytes({reinterpret_cast<const char*>(data), size});
  if (!map) return 0;
  const auto bytes = inspection::to_bytes(*map);
  if (!bytes || inspection::heat_map_from_bytes(*bytes)->z != map->z) std::abort();
  if (map->size.pixels() > 4096) return 0;
  const auto picture = inspection::painted(*map, 8, 10);
  if (picture.pixels.size() != static_cast<std::size_t>(picture.size.pixels())) std::abort();
  if (http::grey_png(picture.size, picture.pixels).size() < 60) std::abort();
  return 0;
}
