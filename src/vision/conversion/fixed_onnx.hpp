// ONNX networks of any input size, for one.
#pragma once

#include "core/result.hpp"
#include "vision/conversion/onnx_model.hpp"
#include "vision/network_wish.hpp"

namespace sightglass::vision {

// Sets the input's shape, works out what follows from it, keeps the wanted outputs alone, and writes what OpenCV 4.6
// takes in another sense than meant such that it cannot: the constants of arithmetic on three dimensions in full size.
// Errors: as settle_shapes(); invalid_input for networks of more than one input, and outputs that are not there.
core::Result<OnnxModel> fixed_onnx(OnnxModel model, const NetworkWish& wish);

}  // namespace sightglass::vision
