// Machined plates on a conveyor belt, some with a defect.
#pragma once

#include <cstdint>
#include <vector>

#include "camera/simulated/belt_part.hpp"
#include "camera/simulated/plate.hpp"
#include "camera/simulated/scene.hpp"

namespace sightglass::camera {

class BeltScene final : public Scene {
 public:
  explicit BeltScene(const SimulatedWish& wish);
  core::Size size() const override { return wish_.size; }
  core::Result<void> show(std::uint64_t number, bool is_centred, Light& light) override;

  // Frames from one part to the next when the belt runs.
  static constexpr std::uint64_t frames_per_part = 24;

 private:
  void show_belt(double travelled, Light& light) const;
  void show_part(const Part& part, double centre_x, Light& light);

  SimulatedWish wish_;
  double unit_;                      // pixels that a thousandth of the height is
  double pitch_;                     // pixels from part to part
  std::vector<std::uint16_t> belt_;  // RGB, as wide as the belt repeats
  std::int32_t belt_width_;
  Plates plates_;
};

}  // namespace sightglass::camera
