#include "vision/conversion/onnx_shapes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "vision/conversion/onnx_attributes.hpp"
#include "vision/conversion/onnx_shape_rules.hpp"

namespace sightglass::vision {
namespace {

using core::ErrorCode;
using core::Result;
using Shape = OnnxShapes::Shape;

constexpr std::int64_t most_values = 1LL << 28;
constexpr std::size_t most_kept_reals = 64;  // scales, bounds and pads; weights are not copied
constexpr std::size_t most_kept_integers = 4096;

// The values of a node's output where they follow from shapes and constants alone: the chains that exporters write
// for shapes that were not fixed.
std::optional<OnnxTensor> value_of_node(const ShapeQuestion& question) {
  const std::string& op = question.node.op;
  OnnxTensor value{.type = OnnxType::int64};
  if (op == "Shape") {
    value.integers = question.shapes[0];
    return value;
  }
  const bool is_list =
      !question.values.empty() && question.values[0] != nullptr && question.values[0]->type != OnnxType::float32;
  if (!is_list) return std::nullopt;
  const auto& first = question.values[0]->integers;
  if (op == "Cast" || op == "Squeeze" || op == "Unsqueeze" || op == "Identity") {
    if (op == "Cast" && integer_of(question.node, "to", 0) != 6 && integer_of(question.node, "to", 0) != 7)
      return std::nullopt;
    value.integers = first;
    return value;
  }
  if (op == "Concat") {
    for (const auto* part : question.values) {
      if (part == nullptr || part->type == OnnxType::float32) return std::nullopt;
      value.integers.insert(value.integers.end(), part->integers.begin(), part->integers.end());
    }
    return value;
  }
  if (op == "Slice" && list_of(question, "starts", 1).size() == 1) {
    const auto start = list_of(question, "starts", 1).front(), size = static_cast<std::int64_t>(first.size());
    const auto from = std::clamp<std::int64_t>(start < 0 ? start + size : start, 0, size);
    value.integers.assign(first.begin() + from, first.end());
    return value;  // cut to the output's shape by the caller
  }
  if (op == "Gather" && question.values.size() > 1 && question.values[1] != nullptr) {
    for (std::int64_t index : question.values[1]->integers) {
      if (index < 0) index += static_cast<std::int64_t>(first.size());
      if (index < 0 || index >= static_cast<std::int64_t>(first.size())) return std::nullopt;
      value.integers.push_back(first[static_cast<std::size_t>(index)]);
    }
    return value;
  }
  return std::nullopt;
}

std::unexpected<core::Error> at(const OnnxNode& node, ErrorCode code, std::string_view why) {
  const std::string& name = !node.name.empty() || node.outputs.empty() ? node.name : node.outputs.front();
  return core::fail(code, fmt::format("the network's {} \"{}\" {}", node.op, name, why));
}

Result<void> check(const OnnxNode& node, const Shape& shape) {
  std::int64_t count = 1;
  for (const std::int64_t side : shape) {
    if (side < 1 || side > most_values / count) return at(node, ErrorCode::invalid_input, "gives nothing, or too much");
    count *= side;
  }
  return {};
}

}  // namespace

void OnnxShapes::add_input(const std::string& name, Shape shape) { shapes_[name] = std::move(shape); }

void OnnxShapes::add_constant(const OnnxTensor& tensor) {
  shapes_[tensor.name] = tensor.shape;
  if (tensor.floats.size() <= most_kept_reals && tensor.integers.size() <= most_kept_integers)
    values_[tensor.name] = tensor;
}

Result<void> OnnxShapes::add(const OnnxNode& node) {
  const ShapeRule rule = shape_rule_of(node.op);
  if (rule == nullptr) return at(node, ErrorCode::unsupported_format, "is an operator that is not taken");
  if (node.outputs.empty()) return at(node, ErrorCode::invalid_input, "has no output");
  ShapeQuestion question{.node = node};
  for (const auto& name : node.inputs) {
    const auto* shape = shape_of(name);
    if (shape == nullptr && !name.empty())
      return at(node, ErrorCode::invalid_input, fmt::format("wants \"{}\", which nothing before it makes", name));
    question.shapes.push_back(shape == nullptr ? Shape{} : *shape);
    question.values.push_back(value_of(name));
  }
  const auto outputs = rule(question);
  if (!outputs) return at(node, outputs.error().code, outputs.error().message);
  if (outputs->size() < node.outputs.size())
    return at(node, ErrorCode::invalid_input, "has more outputs than its kind");
  for (std::size_t i = 0; i < node.outputs.size(); ++i) {
    SG_TRY(check(node, (*outputs)[i]));
    if (shapes_.contains(node.outputs[i])) return at(node, ErrorCode::invalid_input, "makes what is there already");
    shapes_[node.outputs[i]] = (*outputs)[i];
  }
  auto value = value_of_node(question);
  if (!value || node.outputs.size() != 1) return {};
  value->name = node.outputs[0];
  value->shape = (*outputs)[0];
  const auto count = static_cast<std::size_t>(value->shape.empty() ? 1 : value->shape[0]);
  if (value->shape.size() > 1 || value->integers.size() < count) return {};
  value->integers.resize(count);
  values_[value->name] = std::move(*value);
  return {};
}

const Shape* OnnxShapes::shape_of(const std::string& name) const {
  const auto found = shapes_.find(name);
  return found == shapes_.end() ? nullptr : &found->second;
}

const OnnxTensor* OnnxShapes::value_of(const std::string& name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? nullptr : &found->second;
}

}  // namespace sightglass::vision
