// Machined plates: brushed metal with a bore, four holes, an engraved ring, and the defect that one may have.
#pragma once

#include <array>
#include <deque>
#include <optional>

#include "camera/simulated/belt_part.hpp"
#include "camera/simulated/canvas.hpp"

namespace sightglass::camera {

// A plate as it lies over the belt. Its middle is the middle of the size.
struct PlateSprite {
  struct Pixel {
    std::array<std::uint16_t, 3> colour{};
    std::uint8_t cover = 0;   // how much of the belt it hides, of 255
    std::uint8_t shadow = 0;  // how much of the belt's light it takes, of 255
  };
  core::Size size{};
  std::vector<Pixel> pixels{};

  Pixel& at(std::int32_t x, std::int32_t y) {
    return pixels[static_cast<std::size_t>(y) * static_cast<std::size_t>(size.width) + static_cast<std::size_t>(x)];
  }
};

// Lays it on the picture with its middle at `centre`; what lies outside is left out.
void lay(Light& light, const PlateSprite& sprite, Point centre);

// Draws plates and keeps the last few, because a belt shows the same one many times. Whole plates are drawn once for
// each angle (about 50 ms); of one with a defect only that part is drawn anew.
class Plates {
 public:
  // `unit`: pixels that a thousandth of the picture's height is.
  Plates(std::uint64_t seed, double unit) : seed_(seed), unit_(unit) {}
  const PlateSprite& of(const Part& part);

 private:
  struct Drawn {
    std::uint64_t index = 0;
    PlateSprite sprite{};
  };
  const PlateSprite& whole(int turn);

  std::uint64_t seed_;
  double unit_;
  std::array<std::optional<PlateSprite>, part_turns> whole_;
  std::deque<Drawn> drawn_;
};

}  // namespace sightglass::camera
