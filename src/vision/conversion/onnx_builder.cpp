#include "vision/conversion/onnx_builder.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sightglass::vision {

std::string OnnxBuilder::name_for(std::string_view wish) {
  std::string name(wish);
  std::ranges::replace_if(name, [](char c) { return c == '/' || c == ':'; }, '_');
  const std::string plain = name;
  for (int i = 2; !names_.insert(name).second; ++i) name = fmt::format("{}_{}", plain, i);
  return name;
}

std::string OnnxBuilder::add_input(std::string_view wish, const std::vector<std::int64_t>& shape) {
  std::string name = name_for(wish);
  shapes_.add_input(name, shape);
  graph_.inputs.push_back({.name = name, .shape = shape});
  return name;
}

std::string OnnxBuilder::add_constant(std::string_view wish, OnnxTensor tensor) {
  tensor.name = name_for(wish);
  shapes_.add_constant(tensor);
  graph_.constants.push_back(std::move(tensor));
  return graph_.constants.back().name;
}

std::string OnnxBuilder::add_list(std::string_view wish, std::vector<std::int64_t> values) {
  const auto count = static_cast<std::int64_t>(values.size());
  return add_constant(wish, {.type = OnnxType::int64, .shape = {count}, .integers = std::move(values)});
}

std::string OnnxBuilder::add_number(std::string_view wish, float value) {
  return add_constant(wish, {.floats = {value}});
}

core::Result<std::string> OnnxBuilder::add(OnnxNode node, std::string_view wish, std::size_t outputs) {
  for (std::size_t i = 0; i < outputs; ++i) node.outputs.push_back(name_for(wish));
  node.name = node.outputs[0];
  SG_TRY(shapes_.add(node));
  for (const auto& output : node.outputs) makers_[output] = graph_.nodes.size();
  graph_.nodes.push_back(std::move(node));
  return graph_.nodes.back().name;
}

const OnnxNode* OnnxBuilder::maker_of(const std::string& name) const {
  const auto found = makers_.find(name);
  return found == makers_.end() ? nullptr : &graph_.nodes[found->second];
}

}  // namespace sightglass::vision
