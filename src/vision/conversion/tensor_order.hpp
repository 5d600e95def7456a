// Constants with their dimensions in another order.
#pragma once

#include <cstddef>
#include <vector>

#include "vision/conversion/onnx_model.hpp"

namespace sightglass::vision {

// Dimension i of the answer is dimension order[i] of `tensor`, whose values are as many as its shape says; `order`
// names each dimension once.
OnnxTensor reordered(const OnnxTensor& tensor, const std::vector<std::size_t>& order);

}  // namespace sightglass::vision
