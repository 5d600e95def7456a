// Which cells of a feature map show the picture, and which the border that a letterbox left.
#pragma once

#include <cstdint>

#include "core/geometry.hpp"
#include "vision/letterbox.hpp"

namespace sightglass::vision {

// Rows and columns from the first up to, without, the last. Never empty.
struct CellRange {
  std::int32_t left = 0, top = 0, right = 0, bottom = 0;
  bool operator==(const CellRange&) const = default;
  constexpr std::int32_t width() const { return right - left; }
  constexpr std::int32_t height() const { return bottom - top; }
};

// Of a map of `cells` laid over the letterbox's whole input: those that the picture covers by half or more in both
// directions; of a picture that is thinner than a cell, the cells of its middle line.
CellRange valid_cells(const Letterbox& letterbox, core::Size cells);

}  // namespace sightglass::vision
