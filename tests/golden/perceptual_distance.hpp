// How far two pictures are from each other to the eye, so that golden tests need not compare bytes.
#pragma once

#include "unit/imaging/test_pictures.hpp"

namespace sightglass::imaging::golden {

struct Distance {
  double similarity = 0;         // mean SSIM of the luma: 1 for equal pictures, 0 for unrelated ones
  double colour_difference = 0;  // mean absolute difference of one channel of sRGB, 0 … 255
};

// SSIM as in Wang, Bovik, Sheikh, Simoncelli, "Image quality assessment", 2004, over 8×8 windows four pixels apart;
// a side below eight pixels makes the window that small. Sizes must be equal: else {0, 255}.
Distance distance_between(const test::Decoded& picture, const test::Decoded& reference);

}  // namespace sightglass::imaging::golden
