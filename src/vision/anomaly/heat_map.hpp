// Where on a picture something is unusual: as a map to be shown, and as boxes.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/box.hpp"
#include "core/geometry.hpp"
#include "vision/letterbox.hpp"

namespace sightglass::vision {

// Deviations from what is usual (z values), row by row, over the whole picture and nothing else.
struct HeatMap {
  core::Size cells{};
  std::vector<float> values{};
};

// Values of the cells of a network's input, of which some lie on the picture.
struct CellMap {
  Letterbox letterbox{};
  core::Size cells{};
  std::span<const float> values{};
  std::span<const std::uint8_t> valid{};  // at least one
};

struct Place {
  double x = 0, y = 0;  // pixels of letterbox.picture
};

// Between the cells' middles in proportion, at twice their number.
HeatMap over_picture(const CellMap& map);

// The middle of the largest value's cell, moved towards its larger neighbours.
Place peak_of(const CellMap& map);

// Boxes, in pixels of letterbox.picture, round connected cells (also by corners) of which one reaches `seed` and all
// reach `grow` times that region's largest. The largest peaks first, at most `most`; regions a cell apart are one box.
// When no cell reaches `seed`, the one region round the largest value.
std::vector<core::Box> boxes_of(const CellMap& map, double seed, double grow, std::size_t most);

}  // namespace sightglass::vision
