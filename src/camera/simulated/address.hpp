// What the address of a simulated camera asks for: a scene or a folder, and how it shall behave.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/geometry.hpp"
#include "core/result.hpp"

namespace sightglass::camera {

enum class SceneKind : std::uint8_t { belt, meter, gradient, folder };
std::string_view name_of(SceneKind kind);

// Where parts lie when the shutter opens: wherever the belt has brought them, or each in the middle. A trigger by a
// line always finds them in the middle: there is a light barrier.
enum class Motion : std::uint8_t { run, index };

struct SimulatedWish {
  SceneKind scene = SceneKind::belt;
  std::string folder{};
  std::uint64_t seed = 1;
  core::Size size{1280, 1024};
  double noise = 1;      // of the sensor; 0 none
  double defects = 0.2;  // share of parts that have one
  Motion motion = Motion::run;
  double line_rate = 0;                       // edges a second on Line0; 0: only those of pulse_line()
  double lost = 0;                            // share of frames that never arrive
  double incomplete = 0;                      // share of frames that arrive in part
  std::uint64_t lost_first = 0;               // so many after each opening never arrive
  std::uint64_t incomplete_first = 0;         // so many after those arrive in part
  std::optional<std::uint64_t> gone_after{};  // frames after each opening
  double back_after = 3;                      // seconds
  double busy_for = 0;                        // seconds from the first opening on that somebody else holds control
};

// "scene:belt?seed=7&lost=0.01" or "folder:/pictures?noise=1". invalid_input (field "address") naming what of it is not
// understood, or its range.
core::Result<SimulatedWish> parse_simulated_address(std::string_view address);

}  // namespace sightglass::camera
