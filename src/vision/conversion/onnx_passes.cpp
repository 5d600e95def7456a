#include "vision/conversion/onnx_passes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "vision/conversion/onnx_shapes.hpp"

namespace sightglass::vision {

void drop_unused(OnnxGraph& graph) {
  std::set<std::string> needed;
  for (const auto& output : graph.outputs) needed.insert(output.name);
  std::vector<OnnxNode> kept;
  for (auto node = graph.nodes.rbegin(); node != graph.nodes.rend(); ++node) {
    if (std::ranges::none_of(node->outputs, [&](const auto& name) { return needed.contains(name); })) continue;
    needed.insert(node->inputs.begin(), node->inputs.end());
    kept.push_back(std::move(*node));
  }
  std::ranges::reverse(kept);
  graph.nodes = std::move(kept);
  std::erase_if(graph.constants, [&](const auto& tensor) { return !needed.contains(tensor.name); });
}

void rename(OnnxGraph& graph, const std::map<std::string, std::string>& names) {
  const auto change = [&names](std::string& name) {
    if (const auto found = names.find(name); found != names.end()) name = found->second;
  };
  for (auto& node : graph.nodes) {
    std::ranges::for_each(node.inputs, change);
    std::ranges::for_each(node.outputs, change);
    change(node.name);
  }
  for (auto& tensor : graph.constants) change(tensor.name);
  for (auto* values : {&graph.inputs, &graph.outputs, &graph.values})
    for (auto& value : *values) change(value.name);
}

core::Result<void> settle_shapes(OnnxGraph& graph) {
  OnnxShapes shapes;
  for (const auto& input : graph.inputs) shapes.add_input(input.name, input.shape);
  for (const auto& tensor : graph.constants) shapes.add_constant(tensor);
  std::set<std::string> outputs;
  for (const auto& output : graph.outputs) outputs.insert(output.name);
  std::vector<OnnxNode> kept;
  graph.values.clear();
  for (auto& node : graph.nodes) {
    SG_TRY(shapes.add(node));
    const auto* value = node.outputs.size() == 1 ? shapes.value_of(node.outputs[0]) : nullptr;
    if (value != nullptr) {
      graph.constants.push_back(*value);
      continue;
    }
    for (const auto& name : node.outputs)
      if (!outputs.contains(name)) graph.values.push_back({.name = name, .shape = *shapes.shape_of(name)});
    kept.push_back(std::move(node));
  }
  graph.nodes = std::move(kept);
  for (auto& output : graph.outputs) {
    const auto* shape = shapes.shape_of(output.name);
    if (shape == nullptr)
      return core::fail(core::ErrorCode::invalid_input,
                        fmt::format("nothing makes the network's output \"{}\"", output.name));
    output.shape = *shape;
  }
  return {};
}

core::Result<void> check_finite(const OnnxGraph& graph) {
  for (const auto& tensor : graph.constants)
    if (!std::ranges::all_of(tensor.floats, [](float value) { return std::isfinite(value); }))
      return core::fail(core::ErrorCode::invalid_input,
                        fmt::format("the network's constant \"{}\" holds what is no number", tensor.name));
  return {};
}

}  // namespace sightglass::vision
