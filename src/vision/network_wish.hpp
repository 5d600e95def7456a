// What a conversion is to make of a published network.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.hpp"

namespace sightglass::vision {

// How a network is published: TensorFlow.js (model.json and one file of weights), or ONNX (one file).
enum class NetworkKind : std::uint8_t { tfjs, onnx };
std::string_view name_of(NetworkKind kind);
std::optional<NetworkKind> network_kind_from_name(std::string_view name);
constexpr std::size_t member_count(NetworkKind kind) { return kind == NetworkKind::tfjs ? 2 : 1; }

struct NetworkWish {
  std::string name{};                                          // of the graph
  std::string input{};                                         // name that its input gets
  std::vector<std::int64_t> input_shape{};                     // 1×C×H×W
  std::vector<std::pair<std::string, std::string>> outputs{};  // name in the source → name that it gets, in order
  NetworkKind kind = NetworkKind::onnx;
};

// For the process that converts. Errors of reading: invalid_input.
std::string to_json(const NetworkWish& wish);
core::Result<NetworkWish> wish_from_json(std::string_view text);

}  // namespace sightglass::vision
