#include "vision/conversion/network_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "vision/conversion/onnx_reader.hpp"
#include "vision/conversion/onnx_shapes.hpp"
#include "vision/network_checks.hpp"

namespace sightglass::vision {

namespace {

// Files of older tools list their constants among the inputs.
std::vector<const OnnxValue*> fed_inputs(const OnnxGraph& graph) {
  std::vector<const OnnxValue*> inputs;
  for (const auto& input : graph.inputs) {
    const auto is_it = [&](const OnnxTensor& constant) { return constant.name == input.name; };
    if (std::ranges::none_of(graph.constants, is_it)) inputs.push_back(&input);
  }
  return inputs;
}

core::Result<void> check_inputs(const OnnxGraph& graph, const NetworkPlan& plan) {
  const auto inputs = fed_inputs(graph);
  if (inputs.size() != 1) {
    return core::fail(core::ErrorCode::unsupported_format,
                      fmt::format("the network of model {} has {} inputs, not one", plan.name, inputs.size()));
  }
  const auto& own = inputs.front()->shape;
  const auto fits = [](std::int64_t has, std::int64_t wanted) { return has < 1 || has == wanted; };
  if (!std::ranges::equal(own, plan.input_shape, fits)) {
    return core::fail(core::invalid_input(
        "input.shape", fmt::format("the network of model {} takes {}, not {} as described", plan.name,
                                   fmt::join(own, "×"), fmt::join(plan.input_shape, "×"))));
  }
  return {};
}

core::Result<void> check_outputs(const OnnxGraph& graph, const NetworkPlan& plan) {
  for (const auto& wanted : plan.outputs) {
    const auto is_it = [&](const OnnxValue& output) { return output.name == wanted; };
    if (std::ranges::none_of(graph.outputs, is_it)) {
      return core::fail({.code = core::ErrorCode::unsupported_format,
                         .message = fmt::format("the network of model {} has no output {}", plan.name, wanted),
                         .field = "output.names"});
    }
  }
  return {};
}

core::Result<void> check_edges(const OnnxGraph& graph, const NetworkPlan& plan) {
  std::set<std::string_view> made;
  for (const auto& input : graph.inputs) made.insert(input.name);
  for (const auto& constant : graph.constants) made.insert(constant.name);
  for (const auto& node : graph.nodes) {
    for (const auto& input : node.inputs) {
      if (!input.empty() && !made.contains(input)) {
        return core::fail(core::invalid_input(
            "network", fmt::format("the network of model {} is broken: {} \"{}\" takes \"{}\", which nothing gives",
                                   plan.name, node.op, node.name, input)));
      }
    }
    made.insert(node.outputs.begin(), node.outputs.end());
  }
  return {};
}

}  // namespace

core::Result<void> check_shapes(const OnnxModel& model, const NetworkPlan& plan) {
  OnnxShapes shapes;
  for (const auto& constant : model.graph.constants) shapes.add_constant(constant);
  for (const auto* input : fed_inputs(model.graph)) shapes.add_input(input->name, plan.input_shape);
  for (const auto& node : model.graph.nodes) {
    auto added = shapes.add(node);
    if (!added && added.error().code == core::ErrorCode::unsupported_format) return {};
    if (!added) {
      auto error = std::move(added).error();
      error.message = fmt::format("the network of model {} is broken: {}", plan.name, error.message);
      return core::fail(std::move(error));
    }
  }
  return {};
}

core::Result<OnnxModel> read_network_file(std::span<const std::byte> onnx, const NetworkPlan& plan) {
  SG_TRY(check_plan(onnx, plan));
  auto model = read_onnx({reinterpret_cast<const char*>(onnx.data()), onnx.size()});
  if (!model) {
    auto error = std::move(model).error();
    error.message = fmt::format("the network of model {} cannot be read: {}", plan.name, error.message);
    return core::fail(std::move(error));
  }
  SG_TRY(check_inputs(model->graph, plan));
  SG_TRY(check_outputs(model->graph, plan));
  SG_TRY(check_edges(model->graph, plan));
  return model;
}

}  // namespace sightglass::vision
