// The little geometry that drawn scenes are made of. Coordinates are pixels, their centres at whole numbers.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>

#include "camera/simulated/scene.hpp"

namespace sightglass::camera {

struct Point {
  double x = 0;
  double y = 0;
};
using Colour = std::array<double, 3>;  // red, green, blue; 0 to full_light

inline Colour mixed_colour(const Colour& a, const Colour& b, double share_of_b) {
  Colour result{};
  for (std::size_t i = 0; i < 3; ++i) result[i] = a[i] + (b[i] - a[i]) * share_of_b;
  return result;
}
inline Colour scaled(const Colour& colour, double factor) {
  return {colour[0] * factor, colour[1] * factor, colour[2] * factor};
}

// Signed distances: below 0 inside. Of a rectangle with round corners about the origin, and of a line with round ends.
inline double distance_to_box(Point p, double half_width, double half_height, double radius) {
  const double x = std::abs(p.x) - half_width + radius;
  const double y = std::abs(p.y) - half_height + radius;
  return std::hypot(std::max(x, 0.0), std::max(y, 0.0)) + std::min(std::max(x, y), 0.0) - radius;
}
inline double distance_to_line(Point p, Point a, Point b, double thickness) {
  const double dx = b.x - a.x;
  const double dy = b.y - a.y;
  const double along = std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / std::max(dx * dx + dy * dy, 1e-9), 0.0, 1.0);
  return std::hypot(p.x - a.x - along * dx, p.y - a.y - along * dy) - thickness / 2;
}
// How much of a pixel at that distance of an edge lies inside.
inline double coverage(double distance) { return std::clamp(0.5 - distance, 0.0, 1.0); }

// Mixes a colour into a pixel; nothing outside the picture.
inline void blend(Light& light, std::int32_t x, std::int32_t y, const Colour& colour, double share) {
  if (share <= 0 || x < 0 || y < 0 || x >= light.size.width || y >= light.size.height) return;
  std::uint16_t* pixel =
      light.rgb.data() +
      (static_cast<std::size_t>(y) * static_cast<std::size_t>(light.size.width) + static_cast<std::size_t>(x)) * 3;
  for (std::size_t i = 0; i < 3; ++i) {
    const double value = pixel[i] + (colour[i] - pixel[i]) * std::min(share, 1.0);
    pixel[i] = static_cast<std::uint16_t>(std::clamp(value + 0.5, 0.0, static_cast<double>(full_light)));
  }
}

inline void make_size(Light& light, core::Size size) {
  light.size = size;
  light.rgb.resize(static_cast<std::size_t>(size.pixels()) * 3);
}

}  // namespace sightglass::camera
