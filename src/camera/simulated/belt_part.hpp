// Which parts come along the belt: each of the seed, so that a test knows what a verdict should be.
#pragma once

#include <cstdint>
#include <numbers>
#include <optional>
#include <string_view>

#include "camera/simulated/canvas.hpp"

namespace sightglass::camera {

enum class Defect : std::uint8_t { scratch, missing_hole, stain, dent, broken_corner };
std::string_view name_of(Defect defect);

constexpr int part_turns = 5;  // angles at which parts lie, about half a degree apart

struct Part {
  std::uint64_t index = 0;
  std::optional<Defect> defect{};
  Point offset{};  // of its centre from where it should lie, in thousandths of the picture's height
  int turn = 0;    // 0 to part_turns − 1; the middle one lies straight
};
Part part_at(std::uint64_t seed, double defect_share, std::uint64_t index);
constexpr double angle_of(int turn) { return (turn - part_turns / 2) * 0.6 * std::numbers::pi / 180; }

}  // namespace sightglass::camera
