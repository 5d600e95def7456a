// Machined plates on a conveyor belt, some with a defect.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "camera/simulated/canvas.hpp"
#include "camera/simulated/scene.hpp"

namespace sightglass::camera {

enum class Defect : std::uint8_t { scratch, missing_hole, stain, dent, broken_corner };
std::string_view name_of(Defect defect);

// One part, as the seed made it: what a test holds a verdict against.
struct Part {
  std::uint64_t index = 0;
  std::optional<Defect> defect{};
  Point offset{};    // of its centre from where it should lie, in thousandths of the picture's height
  double angle = 0;  // radians
};
Part part_at(std::uint64_t seed, double defect_share, std::uint64_t index);

class BeltScene final : public Scene {
 public:
  explicit BeltScene(const SimulatedWish& wish);
  core::Size size() const override { return wish_.size; }
  core::Result<void> show(std::uint64_t number, bool is_centred, Light& light) override;

  // Frames from one part to the next when the belt runs.
  static constexpr std::uint64_t frames_per_part = 24;

 private:
  void show_belt(double travelled, Light& light) const;
  void show_part(const Part& part, double centre_x, Light& light) const;

  SimulatedWish wish_;
  double unit_;                      // pixels that a thousandth of the height is
  double pitch_;                     // pixels from part to part
  std::vector<std::uint16_t> belt_;  // RGB, as wide as the belt repeats
  std::int32_t belt_width_;
};

}  // namespace sightglass::camera
