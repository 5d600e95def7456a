// How the shapes of an operator's outputs follow from those of its inputs (ONNX operators up to version 11).
#pragma once

#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "vision/conversion/onnx_model.hpp"

namespace sightglass::vision {

// A node with what is known of its inputs, in their order. Inputs that are left out have no shape and no value.
struct ShapeQuestion {
  const OnnxNode& node;
  std::vector<std::vector<std::int64_t>> shapes{};
  std::vector<const OnnxTensor*> values{};
};

using ShapeAnswer = core::Result<std::vector<std::vector<std::int64_t>>>;  // of each output
using ShapeRule = ShapeAnswer (*)(const ShapeQuestion&);

// Null for an operator that is not known.
ShapeRule shape_rule_of(std::string_view op);

// Below zero counts from the end. Errors: invalid_input when there is no such axis.
core::Result<std::size_t> axis_of(std::int64_t axis, std::size_t rank);
// What two shapes are stretched to by an operation on their elements. Errors: invalid_input.
core::Result<std::vector<std::int64_t>> broadcast_of(const std::vector<std::int64_t>& a,
                                                     const std::vector<std::int64_t>& b);
// A list of whole numbers that is an attribute in older versions and an input in newer ones; empty when neither is
// there.
std::vector<std::int64_t> list_of(const ShapeQuestion& question, std::string_view attribute, std::size_t input);

}  // namespace sightglass::vision
