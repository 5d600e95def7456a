#include "vision/conversion/fixed_onnx.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "vision/conversion/onnx_passes.hpp"
#include "vision/conversion/tf_faults.hpp"

namespace sightglass::vision {
namespace {

using core::ErrorCode;
using core::Result;
using Shape = std::vector<std::int64_t>;

constexpr std::size_t most_stretched = std::size_t{16} << 20;  // values; the largest recogniser of text has 1 million

std::unexpected<core::Error> wrong(std::string why) { return core::fail(ErrorCode::invalid_input, std::move(why)); }

// Older files name their constants among the inputs.
Result<void> set_input(OnnxGraph& graph, const NetworkWish& wish) {
  std::set<std::string> constants;
  for (const auto& tensor : graph.constants) constants.insert(tensor.name);
  std::erase_if(graph.inputs, [&](const auto& input) { return constants.contains(input.name); });
  if (graph.inputs.size() != 1)
    return wrong(fmt::format("the network has {} inputs instead of one", graph.inputs.size()));
  auto& input = graph.inputs[0];
  for (std::size_t i = 0; i < input.shape.size(); ++i)
    if (input.shape.size() != wish.input_shape.size() || (input.shape[i] > 0 && input.shape[i] != wish.input_shape[i]))
      return wrong("the network's input has another shape than is wanted");
  input.shape = wish.input_shape;
  return {};
}

Result<std::map<std::string, std::string>> set_outputs(OnnxGraph& graph, const NetworkWish& wish) {
  std::map<std::string, std::string> names{{graph.inputs[0].name, wish.input}};
  std::set<std::string> made{graph.inputs[0].name};
  for (const auto& node : graph.nodes) made.insert(node.outputs.begin(), node.outputs.end());
  if (graph.inputs[0].name != wish.input && made.contains(wish.input))
    return wrong(fmt::format("the network has a \"{}\" already", wish.input));
  graph.outputs.clear();
  for (const auto& [source, name] : wish.outputs) {
    if (!made.contains(source)) return wrong(fmt::format("the network has no \"{}\"", source));
    if (!names.emplace(source, name).second) return wrong(fmt::format("the outputs name \"{}\" twice", source));
    if (source != name && made.contains(name)) return wrong(fmt::format("the network has a \"{}\" already", name));
    graph.outputs.push_back({.name = source});
  }
  return names;
}

// A constant repeated until it has the other side's shape.
OnnxTensor stretched(const OnnxTensor& tensor, const Shape& shape, std::string name) {
  OnnxTensor out{.name = std::move(name), .shape = shape};
  const auto count = static_cast<std::size_t>(value_count_of(shape));
  out.floats.reserve(count);
  while (out.floats.size() < count) out.floats.insert(out.floats.end(), tensor.floats.begin(), tensor.floats.end());
  return out;
}

// OpenCV 4.6 lays a list of one dimension along the second of three, not along the last.
Result<void> stretch_constants(OnnxGraph& graph) {
  std::size_t values_left = most_stretched;
  std::map<std::string, const OnnxTensor*> constants;
  for (const auto& tensor : graph.constants) constants[tensor.name] = &tensor;
  std::map<std::string, Shape> shapes;
  for (const auto* values : {&graph.values, &graph.inputs, &graph.outputs})
    for (const auto& value : *values) shapes[value.name] = value.shape;
  std::vector<OnnxTensor> added;
  for (auto& node : graph.nodes) {
    if (node.op != "Add" && node.op != "Sub" && node.op != "Mul" && node.op != "Div") continue;
    const auto constant = constants.find(node.inputs[1]);
    const auto& shape = shapes[node.inputs[0]];
    if (constant == constants.end() || shape.size() != 3) continue;
    const auto& tensor = *constant->second;
    if (tensor.floats.size() < 2 || tensor.shape.size() != 1 || tensor.shape[0] != shape[2]) continue;
    const auto count = static_cast<std::size_t>(value_count_of(shape));
    if (count > values_left)
      return core::fail(ErrorCode::too_large, "the network's constants are too large in full size");
    values_left -= count;
    added.push_back(stretched(tensor, shape, node.outputs[0] + "_constant"));
    node.inputs[1] = added.back().name;
  }
  for (auto& tensor : added) graph.constants.push_back(std::move(tensor));
  return {};
}

}  // namespace

Result<OnnxModel> fixed_onnx(OnnxModel model, const NetworkWish& wish) {
  auto& graph = model.graph;
  SG_TRY(set_input(graph, wish));
  SG_ASSIGN(const auto names, set_outputs(graph, wish));
  drop_unused(graph);
  SG_TRY(settle_shapes(graph));
  SG_TRY(stretch_constants(graph));
  rename(graph, names);
  graph.name = wish.name;
  model.ir_version = 6;
  model.producer = "sightglass";
  return model;
}

}  // namespace sightglass::vision
