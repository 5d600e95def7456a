#include "inspection/heat_map_blob.hpp"

#include <fmt/format.h>

#include <utility>

#include "vision/model_bundle.hpp"

namespace sightglass::inspection {

HeatMap turned_back(const HeatMap& map, std::int32_t degrees) {
  HeatMap turned{.size = degrees % 180 == 0 ? map.size : map.size.transposed()};
  turned.z.resize(map.z.size());
  const auto [width, height] = turned.size;
  for (std::int32_t y = 0; y < height; ++y)
    for (std::int32_t x = 0; x < width; ++x) {
      // Where the upright cell is seen after the turn.
      const auto [column, row] = degrees == 90    ? std::pair{height - 1 - y, x}
                                 : degrees == 180 ? std::pair{width - 1 - x, height - 1 - y}
                                 : degrees == 270 ? std::pair{y, width - 1 - x}
                                                  : std::pair{x, y};
      turned.z[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)] =
          map.z[static_cast<std::size_t>(row) * static_cast<std::size_t>(map.size.width) +
                static_cast<std::size_t>(column)];
    }
  return turned;
}

core::Result<SeenHeatMap> heat_map_blob(const core::Photo& photo, const HeatMap& as_seen) {
  constexpr std::size_t digits = 16;  // of the sum: tells the few maps of one photo apart
  SG_ASSIGN(auto bytes, to_bytes(turned_back(as_seen, photo.rotation)));
  const auto sum = vision::sha256_of(bytes).to_hex().substr(0, digits);
  auto key = fmt::format("{}{}/{}.heat", heat_maps_prefix, photo.id.to_string(), sum);
  return SeenHeatMap{.key = std::move(key), .bytes = std::move(bytes)};
}

}  // namespace sightglass::inspection
