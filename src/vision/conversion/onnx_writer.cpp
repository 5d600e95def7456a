#include "vision/conversion/onnx_writer.hpp"

#include <bit>
#include <type_traits>

#include "vision/conversion/protobuf_wire.hpp"

namespace sightglass::vision {
namespace {

// Field numbers below are those of onnx.proto3; so are the attribute types.
constexpr std::int64_t type_real = 1, type_integer = 2, type_text = 3, type_tensor = 4, type_reals = 6,
                       type_integers = 7;

template <typename Number>
void append_raw(std::string& bytes, Number value) {
  using Bits = std::conditional_t<sizeof(Number) == 8, std::uint64_t, std::uint32_t>;
  const auto bits = std::bit_cast<Bits>(value);
  for (unsigned shift = 0; shift < 8 * sizeof(Number); shift += 8) bytes += static_cast<char>(bits >> shift);
}

std::string raw_of(const OnnxTensor& tensor) {
  std::string raw;
  raw.reserve(4 * tensor.floats.size() + 8 * tensor.integers.size());
  for (const float value : tensor.floats) append_raw(raw, value);
  for (const std::int64_t value : tensor.integers) {
    if (tensor.type == OnnxType::int64)
      append_raw(raw, value);
    else if (tensor.type == OnnxType::int32)
      append_raw(raw, static_cast<std::int32_t>(value));
    else
      raw += value == 0 ? '\0' : '\1';
  }
  return raw;
}

std::string message_of(const OnnxTensor& tensor) {
  WireWriter message;
  for (const std::int64_t side : tensor.shape) message.number(1, side);
  message.number(2, static_cast<std::int64_t>(tensor.type));
  if (!tensor.name.empty()) message.text(8, tensor.name);
  message.text(9, raw_of(tensor));
  return message.take();
}

struct AttributeValue {
  WireWriter& message;
  void operator()(std::int64_t value) const {
    message.number(3, value);
    message.number(20, type_integer);
  }
  void operator()(float value) const {
    message.real(2, value);
    message.number(20, type_real);
  }
  void operator()(const std::string& value) const {
    message.text(4, value);
    message.number(20, type_text);
  }
  void operator()(const std::vector<std::int64_t>& values) const {
    for (const std::int64_t value : values) message.number(8, value);
    message.number(20, type_integers);
  }
  void operator()(const std::vector<float>& values) const {
    for (const float value : values) message.real(7, value);
    message.number(20, type_reals);
  }
  void operator()(const OnnxTensor& value) const {
    message.text(5, message_of(value));
    message.number(20, type_tensor);
  }
};

std::string message_of(const OnnxNode& node) {
  WireWriter message;
  for (const auto& name : node.inputs) message.text(1, name);
  for (const auto& name : node.outputs) message.text(2, name);
  if (!node.name.empty()) message.text(3, node.name);
  message.text(4, node.op);
  for (const auto& attribute : node.attributes) {
    WireWriter part;
    part.text(1, attribute.name);
    std::visit(AttributeValue{part}, attribute.value);
    message.text(5, part.bytes());
  }
  return message.take();
}

std::string message_of(const OnnxValue& value) {
  WireWriter shape;
  for (const std::int64_t side : value.shape) {
    WireWriter dimension;
    if (side >= 0) dimension.number(1, side);
    shape.text(1, dimension.bytes());
  }
  WireWriter tensor, type, message;
  tensor.number(1, static_cast<std::int64_t>(value.type));
  tensor.text(2, shape.bytes());
  type.text(1, tensor.bytes());
  message.text(1, value.name);
  message.text(2, type.bytes());
  return message.take();
}

std::string message_of(const OnnxGraph& graph) {
  WireWriter message;
  for (const auto& node : graph.nodes) message.text(1, message_of(node));
  message.text(2, graph.name);
  for (const auto& tensor : graph.constants) message.text(5, message_of(tensor));
  for (const auto& value : graph.inputs) message.text(11, message_of(value));
  for (const auto& value : graph.outputs) message.text(12, message_of(value));
  for (const auto& value : graph.values) message.text(13, message_of(value));
  return message.take();
}

}  // namespace

std::string write_onnx(const OnnxModel& model) {
  WireWriter opset, message;
  opset.text(1, "");
  opset.number(2, model.opset);
  message.number(1, model.ir_version);
  message.text(2, model.producer);
  message.text(7, message_of(model.graph));
  message.text(8, opset.bytes());
  return message.take();
}

}  // namespace sightglass::vision
