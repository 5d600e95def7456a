// What the parts of the conversion from TensorFlow have in common.
#pragma once

#include <fmt/format.h>

#include <expected>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "vision/conversion/tfjs_graph.hpp"

namespace sightglass::vision {

inline std::unexpected<core::Error> fault(const TfNode& node, core::ErrorCode code, std::string_view why) {
  return std::unexpected(
      core::Error{.code = code, .message = fmt::format("the model's {} \"{}\" {}", node.op, node.name, why)});
}

// Null when it is not there.
inline const TfAttribute* attribute(const TfNode& node, const std::string& name) {
  const auto found = node.attributes.find(name);
  return found == node.attributes.end() ? nullptr : &found->second;
}

// TensorFlow's N, H, W, C of an edge that lies as N×C×H×W.
inline const std::vector<std::size_t>& channels_last() {
  static const std::vector<std::size_t> order{0, 2, 3, 1};
  return order;
}

inline std::int64_t value_count_of(const std::vector<std::int64_t>& shape) {
  std::int64_t count = 1;
  for (const std::int64_t side : shape) count *= side;
  return count;
}

}  // namespace sightglass::vision
