// What every runtime checks in the same words: plans before they are loaded, inputs and outputs of each run.
#pragma once

#include <span>
#include <string_view>

#include "core/result.hpp"
#include "vision/network.hpp"

namespace sightglass::vision {

// Files above this are no networks that a worker could hold.
constexpr std::size_t max_network_bytes = std::size_t{512} << 20;

// invalid_input for a plan without outputs, with an input that is not 1 to 4 fixed dimensions, or more of
// `output_shapes` than outputs; and for no bytes. too_large above max_network_bytes.
core::Result<void> check_plan(std::span<const std::byte> onnx, const NetworkPlan& plan);

// invalid_input when it has another shape than `plan` says, or values that do not fill it.
core::Result<void> check_input(const Tensor& input, const NetworkPlan& plan);

// internal, naming the model, when output `index` has another shape than described or holds a number that is not
// finite.
core::Result<void> check_output(const Tensor& output, std::size_t index, const NetworkPlan& plan);

}  // namespace sightglass::vision
