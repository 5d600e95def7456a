// Networks run by OpenCV's dnn module: always there, since the program is linked to it.
#pragma once

#include <memory>

#include "vision/network.hpp"

namespace sightglass::vision {

// Reads what opset 10 and fixed shapes can say; of operators it knows fewer than ONNX Runtime.
std::unique_ptr<NetworkRuntime> open_opencv();

}  // namespace sightglass::vision
