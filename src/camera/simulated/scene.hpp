// What lies before a simulated camera's lens.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "camera/simulated/address.hpp"
#include "core/geometry.hpp"
#include "core/result.hpp"

namespace sightglass::camera {

// Linear light on each pixel of the sensor: H×W×3, RGB, 0 to full_light, which saturates the sensor at its reference
// exposure.
constexpr std::int32_t full_light = 4095;
struct Light {
  core::Size size{};
  std::vector<std::uint16_t> rgb{};
};

class Scene {
 public:
  virtual ~Scene() = default;
  virtual core::Size size() const = 0;
  // As it is at the frame of that number; `is_centred` when a light barrier saw the part. The same each time. Errors as
  // of files that are read; scenes that are drawn have none.
  virtual core::Result<void> show(std::uint64_t number, bool is_centred, Light& light) = 0;
};

// Blocks for a folder, which it reads: invalid_input (field "address") when it holds no picture.
core::Result<std::unique_ptr<Scene>> make_scene(const SimulatedWish& wish);

}  // namespace sightglass::camera
