#include "camera/simulated/belt_part.hpp"

#include <array>

#include "camera/simulated/chance.hpp"

namespace sightglass::camera {
namespace {

constexpr std::array<std::string_view, 5> defects{"scratch", "missing_hole", "stain", "dent", "broken_corner"};
enum Purpose : std::uint8_t { has_defect = 21, which_defect, offset_x, offset_y, turned };

}  // namespace

std::string_view name_of(Defect defect) { return defects.at(static_cast<std::size_t>(defect)); }

Part part_at(std::uint64_t seed, double defect_share, std::uint64_t index) {
  Part part{.index = index};
  if (uniform(seed, index, has_defect) < defect_share) {
    part.defect = static_cast<Defect>(mixed(seed, index, which_defect) % defects.size());
  }
  part.offset = {24 * (uniform(seed, index, offset_x) - 0.5), 24 * (uniform(seed, index, offset_y) - 0.5)};
  part.turn = static_cast<int>(mixed(seed, index, turned) % part_turns);
  return part;
}

}  // namespace sightglass::camera
