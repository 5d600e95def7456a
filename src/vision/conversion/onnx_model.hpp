// A neural network as the ONNX format tells it, in plain structs: graph, nodes, attributes, constants, shapes.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace sightglass::vision {

// Element types, numbered as TensorProto.DataType is. Halves and doubles are turned into float32 when they are read.
enum class OnnxType : std::int32_t { float32 = 1, int32 = 6, int64 = 7, boolean = 9 };

// A constant. Row-major; an empty shape is a single number. Floats stand in `floats`, every other type in `integers`.
struct OnnxTensor {
  std::string name{};
  OnnxType type = OnnxType::float32;
  std::vector<std::int64_t> shape{};
  std::vector<float> floats{};
  std::vector<std::int64_t> integers{};
};

struct OnnxAttribute {
  using Value =
      std::variant<std::int64_t, float, std::string, std::vector<std::int64_t>, std::vector<float>, OnnxTensor>;
  std::string name{};
  Value value{};
};

// One operation. An input or output with an empty name is left out.
struct OnnxNode {
  std::string op{};
  std::vector<std::string> inputs{}, outputs{};
  std::vector<OnnxAttribute> attributes{};
  std::string name{};
};

// What is known of an edge. A dimension of −1 is not fixed.
struct OnnxValue {
  std::string name{};
  std::vector<std::int64_t> shape{};
  OnnxType type = OnnxType::float32;
};

// Nodes stand in an order in which they can be computed.
struct OnnxGraph {
  std::string name{};
  std::vector<OnnxNode> nodes{};
  std::vector<OnnxTensor> constants{};
  std::vector<OnnxValue> inputs{}, outputs{};
  std::vector<OnnxValue> values{};  // shapes of edges between nodes
};

struct OnnxModel {
  std::int64_t ir_version = 5;
  std::int64_t opset = 10;  // of the standard operators; others are not read
  std::string producer = "sightglass";
  OnnxGraph graph{};
};

}  // namespace sightglass::vision
