#include "vision/conversion/onnx_attributes.hpp"

#include <algorithm>
#include <utility>

namespace sightglass::vision {
namespace {

template <typename Value>
Value value_or(const OnnxNode& node, std::string_view name, Value fallback) {
  const auto found = std::ranges::find(node.attributes, name, &OnnxAttribute::name);
  if (found == node.attributes.end()) return fallback;
  const auto* value = std::get_if<Value>(&found->value);
  return value == nullptr ? std::move(fallback) : *value;
}

}  // namespace

std::int64_t integer_of(const OnnxNode& node, std::string_view name, std::int64_t fallback) {
  return value_or(node, name, fallback);
}
float real_of(const OnnxNode& node, std::string_view name, float fallback) { return value_or(node, name, fallback); }
std::string text_of(const OnnxNode& node, std::string_view name, std::string fallback) {
  return value_or(node, name, std::move(fallback));
}
std::vector<std::int64_t> integers_of(const OnnxNode& node, std::string_view name, std::vector<std::int64_t> fallback) {
  return value_or(node, name, std::move(fallback));
}
bool has_attribute(const OnnxNode& node, std::string_view name) {
  return std::ranges::find(node.attributes, name, &OnnxAttribute::name) != node.attributes.end();
}

}  // namespace sightglass::vision
