// One machined plate: brushed metal with a bore, four holes, an engraved ring, and the defect that it may have.
#pragma once

#include "camera/simulated/belt_scene.hpp"

namespace sightglass::camera {

// `unit`: pixels that a thousandth of the picture's height is. Only what lies inside the picture is drawn.
void draw_plate(Light& light, const Part& part, Point centre, double unit, std::uint64_t seed);

}  // namespace sightglass::camera
