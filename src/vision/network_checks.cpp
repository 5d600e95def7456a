#include "vision/network_checks.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace sightglass::vision {

namespace {

std::string written(std::span<const std::int64_t> shape) { return fmt::format("{}", fmt::join(shape, "×")); }

}  // namespace

core::Result<void> check_plan(std::span<const std::byte> onnx, const NetworkPlan& plan) {
  if (onnx.empty()) {
    return core::fail(core::invalid_input("network", fmt::format("the network of model {} is empty", plan.name)));
  }
  if (onnx.size() > max_network_bytes) {
    return core::fail(core::ErrorCode::too_large, fmt::format("the network of model {} has {} bytes; {} are allowed",
                                                              plan.name, onnx.size(), max_network_bytes));
  }
  if (plan.input_shape.empty() || plan.input_shape.size() > 4 || count_of(plan.input_shape) < 1) {
    return core::fail(core::invalid_input(
        "input.shape", fmt::format("the input of model {} cannot be {}", plan.name, written(plan.input_shape))));
  }
  if (plan.outputs.empty() || plan.output_shapes.size() > plan.outputs.size()) {
    return core::fail(
        core::invalid_input("output.names", fmt::format("the outputs of model {} are not described", plan.name)));
  }
  return {};
}

core::Result<void> check_input(const Tensor& input, const NetworkPlan& plan) {
  if (input.shape != plan.input_shape || static_cast<std::int64_t>(input.values.size()) != count_of(input.shape)) {
    return core::fail(core::invalid_input(
        "input", fmt::format("model {} takes {}, not {} with {} values", plan.name, written(plan.input_shape),
                             written(input.shape), input.values.size())));
  }
  return {};
}

core::Result<void> check_output(const Tensor& output, std::size_t index, const NetworkPlan& plan) {
  const auto& name = plan.outputs.at(index);
  if (index < plan.output_shapes.size() && !plan.output_shapes[index].empty() &&
      output.shape != plan.output_shapes[index]) {
    return core::fail(
        core::internal_error(fmt::format("output {} of model {} is {}, not {} as described", name, plan.name,
                                         written(output.shape), written(plan.output_shapes[index]))));
  }
  if (!std::ranges::all_of(output.values, [](float value) { return std::isfinite(value); })) {
    return core::fail(
        core::internal_error(fmt::format("output {} of model {} holds numbers that are not finite", name, plan.name)));
  }
  return {};
}

}  // namespace sightglass::vision
