// What a picture shows that another one of the same thing, laid exactly over it, does not: implemented in opencv/.
#pragma once

#include <cstdint>
#include <vector>

#include "core/box.hpp"
#include "core/result.hpp"
#include "vision/pixels.hpp"

namespace sightglass::vision {

// All functions here are pure, thread-safe and block for as long as they compute: some 10 ms for a million pixels.
// Errors: invalid_input for pictures without pixels, or of different sizes.

// For each pixel by how many grey levels it lies outside of everything that the other picture shows within `radius`
// pixels, asked of both in turn; the larger one counts. Edges that lie up to `radius` beside each other make no
// difference; a line that is thinner than `radius` and missing does, when it is longer than twice that.
core::Result<GreyPicture> unexplained(const GreyPicture& reference, const GreyPicture& picture, std::int32_t radius);

// `picture` with the mean and the spread of grey levels that `reference` has. One of a single level stays as it is.
core::Result<GreyPicture> in_the_light_of(const GreyPicture& reference, const GreyPicture& picture);

// Connected places (also by corners) of `difference` that reach `level`. What is up to `gap` pixels apart is one.
struct Blob {
  core::Box box{};           // round its pixels
  std::int64_t pixels = 0;   // that reach the level
  double x = 0, y = 0;       // middle of its pixels, counted from the picture's left top corner
  std::uint8_t largest = 0;  // of its values
};
core::Result<std::vector<Blob>> blobs_of(const GreyPicture& difference, std::uint8_t level, std::int32_t gap);

}  // namespace sightglass::vision
