// The two scenes beside the belt: a meter that counts, and a gradient for measuring cameras.
#pragma once

#include <cstdint>

#include "camera/simulated/canvas.hpp"
#include "camera/simulated/scene.hpp"

namespace sightglass::camera {

// What the meter shows at the frame of that number: 0 to 99,999,999, one more with each frame.
std::uint64_t meter_reading(std::uint64_t seed, std::uint64_t number);

// A display of eight digits in seven segments on a grey housing.
class MeterScene final : public Scene {
 public:
  explicit MeterScene(const SimulatedWish& wish) : wish_(wish) {}
  core::Size size() const override { return wish_.size; }
  core::Result<void> show(std::uint64_t number, bool is_centred, Light& light) override;

 private:
  void draw_housing();
  SimulatedWish wish_;
  Light housing_;  // drawn once
};

// Brightness from left to right up to full_light, hue from top to bottom, a scale of sixteen steps below, and a bar
// that goes one sixteenth of the width with each frame.
class GradientScene final : public Scene {
 public:
  explicit GradientScene(const SimulatedWish& wish) : wish_(wish) {}
  core::Size size() const override { return wish_.size; }
  core::Result<void> show(std::uint64_t number, bool is_centred, Light& light) override;

 private:
  void draw();
  SimulatedWish wish_;
  Light drawn_;  // once, without the bar
};

}  // namespace sightglass::camera
