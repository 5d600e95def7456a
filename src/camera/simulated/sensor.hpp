// How light becomes numbers: exposure, gain, black level, noise, saturation, region, binning and the pixel's format.
#pragma once

#include <cstdint>
#include <vector>

#include "camera/simulated/scene.hpp"
#include "camera/types.hpp"
#include "core/raw_image.hpp"

namespace sightglass::camera {

constexpr double reference_exposure_ms = 10;  // at which, without gain, full_light saturates

class Sensor {
 public:
  // `noise` as a factor of what is natural.
  Sensor(std::uint64_t seed, double noise);
  // `settings` must hold exposure, gain, black level (of 4095), region, binning and format.
  core::RawImage expose(const Light& light, const Settings& settings, std::uint64_t number) const;

 private:
  std::uint64_t seed_;
  double noise_;
  std::vector<float> normal_;  // draws from the normal distribution
};

}  // namespace sightglass::camera
