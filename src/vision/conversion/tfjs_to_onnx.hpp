// TensorFlow.js graphs as ONNX networks: channels first, one picture, what lies behind the wanted outputs left out.
#pragma once

#include "core/result.hpp"
#include "vision/conversion/onnx_model.hpp"
#include "vision/conversion/tfjs_graph.hpp"
#include "vision/network_wish.hpp"

namespace sightglass::vision {

// In the forms of version 11 that OpenCV 4.6 takes: padding that differs on both sides as a node of its own, shapes on
// every edge, no transposition but where an operator needs the order. Pictures come out channels first.
// Errors: invalid_input for outputs that are not there, cycles, and what does not fit together; unsupported_format for
// operators that are not known, naming one.
core::Result<OnnxModel> tfjs_to_onnx(const TfGraph& graph, const NetworkWish& wish);

}  // namespace sightglass::vision
