// TensorFlow.js graph models: model.json (a graph and a list of weights) and the file of weights.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "vision/conversion/onnx_model.hpp"

namespace sightglass::vision {

// What an attribute says; of these one is used.
struct TfAttribute {
  std::string text{};
  std::vector<std::int64_t> integers{};  // a list, or a shape
  std::vector<std::string> texts{};
  double real = 0;
  std::int64_t integer = 0;
  bool truth = false;
};

struct TfNode {
  std::string name{}, op{};
  std::vector<std::string> inputs{};  // "name", or "name:1" for another output than the first; without control inputs
  std::map<std::string, TfAttribute> attributes{};
};

// Pictures are N×H×W×C and filters H×W×C×M, as TensorFlow has them.
struct TfGraph {
  std::vector<TfNode> nodes{};
  std::map<std::string, OnnxTensor> weights{};  // by the name of the node that stands for each
};

// Weights stored as halves or in steps (uint8, uint16) become float32. Every weight is held against what is left of
// `weights` before memory is taken, and may be infinite: whether that means something, only its use tells. The file
// must hold exactly what the list says. Errors: invalid_input for what is no such model or does not fit together;
// unsupported_format for weights of other kinds; too_large for more than 8 MiB of JSON, 64 MiB of weights or 20,000
// nodes.
core::Result<TfGraph> read_tfjs(std::string_view json, std::string_view weights);

}  // namespace sightglass::vision
