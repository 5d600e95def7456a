// TensorProto: the constants inside an ONNX file.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "vision/conversion/onnx_model.hpp"

namespace sightglass::vision {

// How many values a shape has; 0 when a dimension is 0. Nothing when one is negative or there are more than 2^31.
std::optional<std::size_t> value_count(const std::vector<std::int64_t>& shape);

// `integers_left` is what may still be read of numbers that are not real, and is lowered by what was.
// Errors: as read_onnx().
core::Result<OnnxTensor> read_tensor(std::string_view message, std::size_t most_dimensions, std::size_t& integers_left);

}  // namespace sightglass::vision
