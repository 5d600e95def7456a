#include "vision/meters/cells.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "vision/pixels.hpp"

namespace sightglass::vision {

namespace {

constexpr double longest = 4096;

double between(double a, double b, double share) { return a + (b - a) * share; }

double distance(const Quadrangle& corners, std::size_t a, std::size_t b) {
  return std::hypot(corners[2 * a] - corners[2 * b], corners[2 * a + 1] - corners[2 * b + 1]);
}

// Corners 0, 1 are the upper edge from left to right, 3, 2 the lower.
Quadrangle inner(const Quadrangle& c, double left, double right, double top, double bottom) {
  Quadrangle answer{};
  const std::array<std::array<double, 2>, 4> places{{{left, top}, {right, top}, {right, bottom}, {left, bottom}}};
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t axis = 0; axis < 2; ++axis) {
      const double upper = between(c[axis], c[2 + axis], places[i][0]);
      const double lower = between(c[6 + axis], c[4 + axis], places[i][0]);
      answer[2 * i + axis] = between(upper, lower, places[i][1]);
    }
  return answer;
}

}  // namespace

Quadrangle part_of(const Quadrangle& corners, double from, double to) { return inner(corners, from, to, 0, 1); }

Quadrangle grown(const Quadrangle& corners, double horizontal, double vertical) {
  return inner(corners, -horizontal, 1 + horizontal, -vertical, 1 + vertical);
}

core::Result<core::Size> cell_size(const Quadrangle& corners) {
  const double width = std::max(distance(corners, 0, 1), distance(corners, 3, 2));
  const double height = std::max(distance(corners, 0, 3), distance(corners, 1, 2));
  if (width < least_side || height < least_side)
    return core::fail(core::invalid_input(
        "corners", fmt::format("a part of {:.0f}×{:.0f} pixels is too small to read", width, height)));
  if (width > longest || height > longest)
    return core::fail(core::invalid_input("corners", "a part reaches far beyond the picture"));
  return core::Size{static_cast<std::int32_t>(std::ceil(width)), static_cast<std::int32_t>(std::ceil(height))};
}

}  // namespace sightglass::vision
