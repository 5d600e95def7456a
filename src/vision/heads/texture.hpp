// How rough a surface is and what sticks out of it, in a few numbers that no network has: fine cracks and scratches are
// lost in features that were learnt for objects.
#pragma once

#include <cstddef>
#include <vector>

#include "core/raster.hpp"
#include "core/result.hpp"

namespace sightglass::vision {

constexpr std::size_t texture_values = 41;

// Of the grey picture with a longer side of 256 pixels: at four scales (Gaussians of 1, 2, 4, 8 pixels, each less
// one 2.5 times as wide) the logarithm of the deviation, skewness, kurtosis, six quantiles of the tails and their
// asymmetry; and the deviation of the whole. Pure, thread-safe. Blocks. Errors: those of pixels.hpp.
core::Result<std::vector<float>> texture_of(const core::Raster& picture);

}  // namespace sightglass::vision
