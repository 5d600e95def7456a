// Axis-parallel boxes on pictures. Real numbers: networks do not know whole pixels.
#pragma once

#include <cstdint>

#include "core/geometry.hpp"

namespace sightglass::core {

// Pixels, from the left top corner; width and height ≥ 0. A box of no area is empty.
struct Box {
  double x = 0, y = 0, width = 0, height = 0;
  bool operator==(const Box&) const = default;
  constexpr double right() const { return x + width; }
  constexpr double bottom() const { return y + height; }
  constexpr double area() const { return width * height; }
  constexpr bool is_empty() const { return !(width > 0 && height > 0); }
};

// Intersection over union, 0 … 1; 0 when either is empty.
double overlap(const Box& a, const Box& b);
// The part inside a picture of `size`; empty, at the nearest edge, when there is none.
Box clipped(const Box& box, Size size);
// The same place on a picture that is `factor` times as large.
constexpr Box scaled(const Box& box, double horizontal, double vertical) {
  return {box.x * horizontal, box.y * vertical, box.width * horizontal, box.height * vertical};
}
// `shown` lies on a picture that a person turned clockwise by `degrees`, a quarter turn; the answer is the same place
// on the picture before the turn, whose size is `upright`.
Box turned_back(const Box& shown, Size upright, std::int32_t degrees);
// The other way: where a box on the picture before the turn is seen after it.
Box turned_by(const Box& box, Size upright, std::int32_t degrees);

}  // namespace sightglass::core
