#include "vision/conversion/tf_emitter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "vision/conversion/onnx_shape_rules.hpp"
#include "vision/conversion/tensor_order.hpp"
#include "vision/conversion/tf_faults.hpp"

namespace sightglass::vision {
namespace {

using core::ErrorCode;
using core::Result;
using Order = std::vector<std::size_t>;

Order as_it_is(std::size_t rank) {
  Order order(rank);
  std::iota(order.begin(), order.end(), 0);
  return order;
}

}  // namespace

Result<void> TfEmitter::emit(const TfNode& node) {
  using Step = Result<void> (TfEmitter::*)(const TfNode&);
  static const std::map<std::string_view, Step> steps{
      {"Conv2D", &TfEmitter::convolution},
      {"_FusedConv2D", &TfEmitter::convolution},
      {"DepthwiseConv2dNative", &TfEmitter::convolution},
      {"FusedDepthwiseConv2dNative", &TfEmitter::convolution},
      {"MaxPool", &TfEmitter::pooling},
      {"AvgPool", &TfEmitter::pooling},
      {"Pad", &TfEmitter::padding},
      {"PadV2", &TfEmitter::padding},
      {"Add", &TfEmitter::arithmetic},
      {"AddV2", &TfEmitter::arithmetic},
      {"BiasAdd", &TfEmitter::arithmetic},
      {"Sub", &TfEmitter::arithmetic},
      {"Mul", &TfEmitter::arithmetic},
      {"RealDiv", &TfEmitter::arithmetic},
      {"Relu", &TfEmitter::unary},
      {"Relu6", &TfEmitter::unary},
      {"LeakyRelu", &TfEmitter::unary},
      {"Sigmoid", &TfEmitter::unary},
      {"Tanh", &TfEmitter::unary},
      {"Exp", &TfEmitter::unary},
      {"Mean", &TfEmitter::mean},
      {"ConcatV2", &TfEmitter::concatenation},
      {"SplitV", &TfEmitter::splitting},
      {"ResizeBilinear", &TfEmitter::resizing},
      {"ResizeNearestNeighbor", &TfEmitter::resizing},
      {"Reshape", &TfEmitter::reshaping},
      {"Transpose", &TfEmitter::transposition},
      {"Identity", &TfEmitter::alias},
  };
  if (edges_.contains(node.name) || constant(node.name) != nullptr || fold(node)) return {};
  const auto step = steps.find(node.op);
  if (step == steps.end()) return fault(node, ErrorCode::unsupported_format, "is an operator that is not taken");
  return (this->*step->second)(node);
}

const OnnxTensor* TfEmitter::constant(const std::string& tf_name) const {
  if (const auto found = graph_.weights.find(tf_name); found != graph_.weights.end()) return &found->second;
  const auto found = folded_.find(tf_name);
  return found == folded_.end() ? nullptr : &found->second;
}

// Exporters leave behind shapes that are sums of constants and of nothing.
bool TfEmitter::fold(const TfNode& node) {
  std::vector<const OnnxTensor*> inputs;
  for (const auto& name : node.inputs) inputs.push_back(constant(name));
  if (inputs.empty() || std::ranges::find(inputs, nullptr) != inputs.end()) return false;
  if (node.op == "Identity") {
    folded_[node.name] = *inputs[0];
    return true;
  }
  if (node.op == "SparseToDense" && inputs.size() == 4 && inputs[0]->integers.empty() &&
      inputs[1]->integers.size() == 1 && inputs[3]->integers.size() == 1 && inputs[1]->integers[0] >= 0 &&
      inputs[1]->integers[0] <= 64) {
    const std::int64_t count = inputs[1]->integers[0];
    folded_[node.name] = {.type = OnnxType::int32,
                          .shape = {count},
                          .integers = Shape(static_cast<std::size_t>(count), inputs[3]->integers[0])};
    return true;
  }
  const bool is_sum =
      (node.op == "AddV2" || node.op == "Add") && inputs.size() == 2 && inputs[0]->shape == inputs[1]->shape;
  if (!is_sum || inputs[0]->integers.empty() || inputs[1]->integers.size() != inputs[0]->integers.size()) return false;
  OnnxTensor sum = *inputs[0];
  // Both are at most 32 bits long: they come from the weights, or are sums of a few of these.
  for (std::size_t i = 0; i < sum.integers.size(); ++i)
    sum.integers[i] = static_cast<std::int32_t>(sum.integers[i] + inputs[1]->integers[i]);
  folded_[node.name] = std::move(sum);
  return true;
}

Result<TfEdge> TfEmitter::edge(const TfNode& node, std::size_t input) const {
  if (input >= node.inputs.size()) return fault(node, ErrorCode::invalid_input, "has too few inputs");
  const auto found = edges_.find(node.inputs[input]);
  if (found == edges_.end())
    return fault(node, ErrorCode::unsupported_format,
                 fmt::format("wants \"{}\" to be a part of the picture's way", node.inputs[input]));
  return found->second;
}

Result<const OnnxTensor*> TfEmitter::constant_input(const TfNode& node, std::size_t input) const {
  const auto* tensor = input < node.inputs.size() ? constant(node.inputs[input]) : nullptr;
  if (tensor == nullptr) return fault(node, ErrorCode::unsupported_format, "wants a constant where none is");
  return tensor;
}

Result<TfEmitter::Shape> TfEmitter::list_input(const TfNode& node, std::size_t input) const {
  SG_ASSIGN(const auto* tensor, constant_input(node, input));
  if (tensor->integers.empty() || tensor->integers.size() > 64)
    return fault(node, ErrorCode::unsupported_format, "wants a list of whole numbers where none is");
  return tensor->integers;
}

TfEmitter::Shape TfEmitter::shape_of(const TfEdge& edge) const {
  Shape shape;
  for (const std::size_t from : edge.order) shape.push_back(builder_.shape_of(edge.name)[from]);
  return shape;
}

void TfEmitter::keep(const TfNode& node, std::string name, Order order) {
  edges_[node.name] = {.name = std::move(name), .order = std::move(order)};
}

// The same edge with its dimensions laid such that TensorFlow's i is `wanted[i]`; transposed when they are not yet.
Result<TfEdge> TfEmitter::in_order(TfEdge edge, const Order& wanted, std::string_view wish) {
  if (edge.order == wanted) return edge;
  if (edge.order.size() != wanted.size())
    return core::fail(ErrorCode::unsupported_format,
                      fmt::format("\"{}\" has another number of dimensions than is taken", edge.name));
  Shape permutation(wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) permutation[wanted[i]] = static_cast<std::int64_t>(edge.order[i]);
  SG_ASSIGN(auto name, builder_.add({.op = "Transpose", .inputs = {edge.name}, .attributes = {{"perm", permutation}}},
                                    fmt::format("{}_transposed", wish)));
  return TfEdge{.name = std::move(name), .order = wanted};
}

Result<std::string> TfEmitter::output(const std::string& tf_name) {
  const auto found = edges_.find(tf_name);
  if (found == edges_.end())
    return core::fail(ErrorCode::invalid_input,
                      fmt::format("the model's \"{}\" is no output of the picture's way", tf_name));
  if (found->second.order == channels_last()) return found->second.name;
  SG_ASSIGN(auto edge, in_order(found->second, as_it_is(found->second.order.size()), tf_name));
  return std::move(edge.name);
}

// The other side of an operation on elements, laid as the edge beside it is.
Result<TfEdge> TfEmitter::operand(const TfNode& node, std::size_t input, const TfEdge& beside) {
  const auto* tensor = constant(node.inputs[input]);
  if (tensor == nullptr) {
    SG_ASSIGN(auto other, edge(node, input));
    return in_order(std::move(other), beside.order, node.name);
  }
  OnnxTensor laid = *tensor;
  if (laid.floats.empty()) return fault(node, ErrorCode::unsupported_format, "works on whole numbers");
  if (laid.shape.size() > beside.order.size()) return fault(node, ErrorCode::unsupported_format, "stretches a picture");
  if (laid.floats.size() == 1) {
    laid.shape = {1};
  } else {
    laid.shape.insert(laid.shape.begin(), beside.order.size() - laid.shape.size(), 1);
    Order inverse(beside.order.size());
    for (std::size_t i = 0; i < inverse.size(); ++i) inverse[beside.order[i]] = i;
    laid = reordered(laid, inverse);
  }
  return TfEdge{.name = builder_.add_constant(node.name + "_constant", std::move(laid)), .order = beside.order};
}

Result<void> TfEmitter::arithmetic(const TfNode& node) {
  if (node.inputs.size() != 2) return fault(node, ErrorCode::invalid_input, "has not two inputs");
  const std::string op = node.op == "AddV2" || node.op == "BiasAdd" ? "Add" : node.op == "RealDiv" ? "Div" : node.op;
  const bool is_second_first = constant(node.inputs[0]) != nullptr;
  const bool may_swap = op == "Add" || op == "Mul";
  if (is_second_first && !may_swap)
    return fault(node, ErrorCode::unsupported_format, "takes a picture away from a constant");
  SG_ASSIGN(auto a, edge(node, is_second_first ? 1 : 0));
  SG_ASSIGN(auto b, operand(node, is_second_first ? 0 : 1, a));
  // Runtimes stretch the second to the first, not always the other way.
  const auto size = [this](const TfEdge& each) { return value_count_of(builder_.shape_of(each.name)); };
  if (may_swap && size(a) < size(b)) std::swap(a, b);
  SG_ASSIGN(auto name, builder_.add({.op = op, .inputs = {a.name, b.name}}, node.name));
  keep(node, std::move(name), a.order);
  return {};
}

Result<std::string> TfEmitter::activated(const TfNode& node, const std::string& name, const std::string& kind) {
  OnnxNode made{.op = kind, .inputs = {name}};
  if (kind == "Relu6") {
    made.op = "Clip";
    made.inputs.push_back(builder_.add_number(node.name + "_least", 0));
    made.inputs.push_back(builder_.add_number(node.name + "_most", 6));
  } else if (kind == "LeakyRelu") {
    const auto* alpha = attribute(node, node.op == kind ? "alpha" : "leakyrelu_alpha");
    made.attributes = {{"alpha", static_cast<float>(alpha == nullptr ? 0.2 : alpha->real)}};
  } else if (kind != "Relu" && kind != "Sigmoid" && kind != "Tanh" && kind != "Exp") {
    return fault(node, ErrorCode::unsupported_format,
                 fmt::format("ends in \"{}\", which is not taken", kind.substr(0, 50)));
  }
  return builder_.add(std::move(made), node.name);
}

Result<void> TfEmitter::unary(const TfNode& node) {
  SG_ASSIGN(const auto x, edge(node, 0));
  SG_ASSIGN(auto name, activated(node, x.name, node.op));
  keep(node, std::move(name), x.order);
  return {};
}

Result<void> TfEmitter::alias(const TfNode& node) {
  SG_ASSIGN(edges_[node.name], edge(node, 0));
  return {};
}

Result<void> TfEmitter::transposition(const TfNode& node) {
  SG_ASSIGN(const auto x, edge(node, 0));
  SG_ASSIGN(const auto permutation, list_input(node, 1));
  Order order;
  for (const std::int64_t told : permutation) {
    SG_ASSIGN(const auto from, axis_of(told, x.order.size()));
    order.push_back(x.order[from]);
  }
  if (std::vector(order).size() != x.order.size() || !std::ranges::is_permutation(order, x.order))
    return fault(node, ErrorCode::invalid_input, "has no order of its dimensions");
  keep(node, x.name, std::move(order));
  return {};
}

Result<void> TfEmitter::reshaping(const TfNode& node) {
  SG_ASSIGN(auto x, edge(node, 0));
  SG_ASSIGN(x, in_order(x, as_it_is(x.order.size()), node.name));
  SG_ASSIGN(auto shape, list_input(node, 1));
  const std::string wish = builder_.add_list(node.name + "_shape", std::move(shape));
  SG_ASSIGN(auto name, builder_.add({.op = "Reshape", .inputs = {x.name, wish}}, node.name));
  const std::size_t rank = builder_.shape_of(name).size();
  keep(node, std::move(name), as_it_is(rank));
  return {};
}

Result<void> TfEmitter::mean(const TfNode& node) {
  SG_ASSIGN(const auto x, edge(node, 0));
  SG_ASSIGN(const auto told, list_input(node, 1));
  const auto* keeps = attribute(node, "keep_dims");
  if (keeps == nullptr || !keeps->truth) return fault(node, ErrorCode::unsupported_format, "drops dimensions");
  Shape axes;
  for (const std::int64_t each : told) {
    SG_ASSIGN(const auto axis, axis_of(each, x.order.size()));
    axes.push_back(static_cast<std::int64_t>(x.order[axis]));
  }
  std::ranges::sort(axes);
  const bool is_whole = x.order.size() == 4 && axes == Shape{2, 3};
  OnnxNode made = is_whole
                      ? OnnxNode{.op = "GlobalAveragePool"}
                      : OnnxNode{.op = "ReduceMean", .attributes = {{"axes", axes}, {"keepdims", std::int64_t{1}}}};
  made.inputs = {x.name};
  SG_ASSIGN(auto name, builder_.add(std::move(made), node.name));
  keep(node, std::move(name), x.order);
  return {};
}

Result<void> TfEmitter::concatenation(const TfNode& node) {
  if (node.inputs.size() < 2) return fault(node, ErrorCode::invalid_input, "has too few inputs");
  SG_ASSIGN(const auto told, list_input(node, node.inputs.size() - 1));
  SG_ASSIGN(const auto first, edge(node, 0));
  SG_ASSIGN(const auto axis, axis_of(told[0], first.order.size()));
  OnnxNode made{.op = "Concat", .attributes = {{"axis", static_cast<std::int64_t>(first.order[axis])}}};
  for (std::size_t i = 0; i + 1 < node.inputs.size(); ++i) {
    SG_ASSIGN(auto part, edge(node, i));
    SG_ASSIGN(part, in_order(std::move(part), first.order, node.name));
    made.inputs.push_back(part.name);
  }
  SG_ASSIGN(auto name, builder_.add(std::move(made), node.name));
  keep(node, std::move(name), first.order);
  return {};
}

Result<void> TfEmitter::splitting(const TfNode& node) {
  SG_ASSIGN(const auto x, edge(node, 0));
  SG_ASSIGN(const auto sizes, list_input(node, 1));
  SG_ASSIGN(const auto told, list_input(node, 2));
  SG_ASSIGN(const auto axis, axis_of(told[0], x.order.size()));
  OnnxNode made{.op = "Split",
                .inputs = {x.name},
                .attributes = {{"axis", static_cast<std::int64_t>(x.order[axis])}, {"split", sizes}}};
  SG_ASSIGN(const auto name, builder_.add(std::move(made), node.name, sizes.size()));
  const auto outputs = builder_.outputs_of(name);
  for (std::size_t i = 0; i < outputs.size(); ++i)
    edges_[i == 0 ? node.name : fmt::format("{}:{}", node.name, i)] = {.name = outputs[i], .order = x.order};
  return {};
}

}  // namespace sightglass::vision
