// The heat map of an anomaly as it is kept: how far each cell of a picture is from what good ones look like.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/geometry.hpp"
#include "core/result.hpp"

namespace sightglass::inspection {

// Cells row by row; `z` counts deviations from the good pictures' mean.
struct HeatMap {
  core::Size size{};
  std::vector<float> z{};
};

// Of both sides, in cells.
inline constexpr std::int32_t largest_heat_map = 1024;

// "SGH1", width and height as 16 bits, then z as half-precision numbers (IEEE 754 binary16), all little end first.
// invalid_input when size and values do not fit.
core::Result<std::string> to_bytes(const HeatMap& map);
// corrupt_image for bytes that are no such map; z that is not finite counts as 0.
core::Result<HeatMap> heat_map_from_bytes(std::string_view bytes);

// A grey picture, 8 bit, `factor` pixels for each side of a cell, bilinear between their centres: black is 0 and below,
// white `brightest` and above.
struct GreyPicture {
  core::Size size{};
  std::vector<std::uint8_t> pixels{};  // row by row, without gaps
};
GreyPicture painted(const HeatMap& map, std::int32_t factor, float brightest);

}  // namespace sightglass::inspection
