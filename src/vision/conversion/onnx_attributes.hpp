// Attributes of a node by name, with what holds when they are left out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "vision/conversion/onnx_model.hpp"

namespace sightglass::vision {

// An attribute of another kind than asked for counts as left out.
std::int64_t integer_of(const OnnxNode& node, std::string_view name, std::int64_t fallback);
float real_of(const OnnxNode& node, std::string_view name, float fallback);
std::string text_of(const OnnxNode& node, std::string_view name, std::string fallback);
std::vector<std::int64_t> integers_of(const OnnxNode& node, std::string_view name,
                                      std::vector<std::int64_t> fallback = {});
bool has_attribute(const OnnxNode& node, std::string_view name);

}  // namespace sightglass::vision
