// Networks as they are published, as ONNX files that OpenCV 4.6 and ONNX Runtime both take: one picture of a fixed
// size, shapes on every edge.
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"
#include "vision/network_wish.hpp"

namespace sightglass::vision {

// The same input gives the same bytes on every machine. Blocks for a second or so.
// Errors: of the readers, and of what cannot be converted, naming the node.
core::Result<std::string> convert_tfjs(std::string_view json, std::string_view weights, const NetworkWish& wish);
core::Result<std::string> convert_onnx(std::string_view onnx, const NetworkWish& wish);

}  // namespace sightglass::vision
