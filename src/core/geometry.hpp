// Sizes, boxes and positions as values. Pixel coordinates start at the top left; x grows right, y down.
#pragma once

#include <cstdint>
#include <optional>

namespace sightglass::core {

struct Size {
  std::int32_t width = 0;   // pixels
  std::int32_t height = 0;  // pixels
  bool operator==(const Size&) const = default;
  constexpr std::int64_t pixels() const { return std::int64_t{width} * height; }
  constexpr Size transposed() const { return {height, width}; }
};

// The largest size with the aspect of `source` inside `box`; never larger than `source`, at least 1×1.
Size fit_inside(Size source, Size box);

// The EXIF orientation tag (CIPA DC-008, 4.6.5.A, tag 0x0112), 1 … 8.
enum class Orientation : std::uint8_t {
  upright = 1,
  mirrored = 2,
  rotated_180 = 3,
  flipped = 4,
  transposed = 5,
  rotated_90 = 6,
  transversed = 7,
  rotated_270 = 8,
};
constexpr bool swaps_axes(Orientation orientation) { return static_cast<std::uint8_t>(orientation) >= 5; }

// 0, 90, 180 or 270 degrees clockwise.
constexpr bool is_quarter_turn(std::int32_t degrees) { return degrees >= 0 && degrees < 360 && degrees % 90 == 0; }
// The orientation of a stored picture that is to be shown as `orientation` says and then turned clockwise by `degrees`,
// a quarter turn.
Orientation turned(Orientation orientation, std::int32_t degrees);

// WGS 84. Latitude −90 … 90 north positive, longitude −180 … 180 east positive, altitude metres above sea.
struct GeoPosition {
  double latitude = 0;
  double longitude = 0;
  std::optional<double> altitude{};
  bool operator==(const GeoPosition&) const = default;
};

// West may be larger than east: the box then crosses the 180° meridian.
struct GeoBox {
  double west = 0, south = 0, east = 0, north = 0;
};

}  // namespace sightglass::core
