// Planes at half their size, by averaging 2×2 pixels.
#pragma once

#include "imaging/pipeline/planes.hpp"

namespace sightglass::imaging::pipeline {

// To exactly `target`, half of each side or a pixel more; what the source lacks repeats its edge. Pure.
Plane halve(const Plane& source, core::Size target);

// All planes, of whatever chroma; what they show is halved exactly. Pure.
PlanarPicture halve(const PlanarPicture& source);

}  // namespace sightglass::imaging::pipeline
