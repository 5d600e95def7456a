// Finds by how much one small grey picture is turned, scaled and shifted against another, from a guess on.
#pragma once

#include "vision/anomaly/part_alignment.hpp"
#include "vision/pixels.hpp"

namespace sightglass::vision {

// Lucas and Kanade's registration (1981) with four parameters, after brightness and contrast of both were made equal;
// what differs much, such as a defect, counts little. Both pictures are of one size. Pure.
PartMove fitted_move(const GreyPicture& reference, const GreyPicture& picture, const PartMove& guess, int steps);

// Correlation where the moved reference covers the picture; −1 when it covers less than two fifths of it.
double likeness_of(const GreyPicture& reference, const GreyPicture& picture, const PartMove& move);

}  // namespace sightglass::vision
