// What the photos of one burst show, judged together: what is faint on one is borne out by its neighbours, what stands
// alone is doubted, and a name that one photo is not sure of is the others'.
#pragma once

#include <span>
#include <vector>

#include "core/findings.hpp"
#include "inspection/sightings.hpp"

namespace sightglass::inspection {

// Where more of what the detector names is right than wrong on pictures of everyday things: its own published operating
// point, and the one its confidence was measured at.
inline constexpr double least_told = 0.3;
// What a detector saw between this and `least_told` is told only where the burst bears it out.
inline constexpr double least_faint = 0.1;

// Spottings of each frame, in the frames' order: one finding for each species, with the box of the surest of them. A
// frame by itself is told as it was seen. The same whatever order the frames came in, as long as they stand in it here.
std::vector<std::vector<core::Finding>> judge_burst(std::span<const std::vector<Sighting>> frames);

}  // namespace sightglass::inspection
