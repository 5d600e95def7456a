// Photos of a map's window, gathered into the cells of a grid that is as fine as the map's zoom.
#pragma once

#include <cstdint>
#include <vector>

#include "core/geometry.hpp"
#include "core/result.hpp"
#include "database/database.hpp"
#include "database/photos.hpp"

namespace sightglass::database::photo_clusters {

inline constexpr std::size_t most_clusters = 1000;  // a finer grid that gives more is made coarser
inline constexpr std::int32_t closest_zoom = 22;

struct Cluster {
  core::GeoPosition centre{};  // the mean of its photos
  std::int64_t count = 0;
  core::PhotoId photo{};  // the one recorded last
  core::GeoBox box{};     // exactly around its photos; no cluster crosses the 180° meridian
};

// `zoom` as in web maps: at 0 the world is 256 pixels wide, each level doubles it, and a cell is 64 pixels. Photos
// without a position are in no cluster. From north to south, then west to east. Blocks: reads every row that passes;
// without other conditions than the box's own, about 0.2 s for a million.
core::Result<std::vector<Cluster>> list(Session& session, const photos::Filter& filter,
                                        const photos::Visibility& visibility, std::int32_t zoom);

}  // namespace sightglass::database::photo_clusters
