// How a picture becomes the input that a model's description asks for, and how places on it become places on the
// picture.
#pragma once

#include <cstdint>

#include "core/box.hpp"
#include "core/raster.hpp"
#include "core/result.hpp"
#include "vision/model_file.hpp"
#include "vision/network.hpp"
#include "vision/tensor.hpp"

namespace sightglass::vision {

// Where a picture lies in an input: a pixel of it at x is at x · horizontal + left there.
struct PicturePlace {
  core::Size picture{};
  double horizontal = 1, vertical = 1;
  double left = 0, top = 0;  // below 0 where the picture is cut

  // Of a box in the input's pixels; cut to the picture.
  core::Box to_picture(const core::Box& box) const;
};

struct PlacedPicture {
  Tensor tensor{};
  PicturePlace place{};
};

// Blocks. Errors: invalid_input for a picture with a side below `least_side`, and those of pixels.hpp.
core::Result<PlacedPicture> place_in(const ModelInput& input, const core::Raster& picture);

// Errors: invalid_input for a description without input and output.
core::Result<NetworkPlan> network_plan_of(const ModelDescription& description, std::int32_t threads);

}  // namespace sightglass::vision
