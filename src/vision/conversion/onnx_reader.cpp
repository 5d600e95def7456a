#include "vision/conversion/onnx_reader.hpp"

#include <fmt/format.h>

#include <utility>

#include "vision/conversion/onnx_tensor_reader.hpp"
#include "vision/conversion/protobuf_wire.hpp"

namespace sightglass::vision {
namespace {

using core::ErrorCode;
using core::Result;

std::unexpected<core::Error> over(std::string_view what) {
  return core::fail(ErrorCode::too_large, fmt::format("the network has more {} than we take", what));
}

std::unexpected<core::Error> unsupported(std::string_view what) {
  return core::fail(ErrorCode::unsupported_format, fmt::format("the network has {}, which is not read", what));
}

template <typename Value>
Result<void> put(Value& place, Result<Value> value) {
  if (!value) return std::unexpected(std::move(value).error());
  place = std::move(*value);
  return {};
}

// Names are told in errors and written on; longer ones have no honest use.
Result<std::string> name_in(const WireField& field) {
  if (field.bytes.size() > 1000) return over("letters in a name");
  return std::string(field.bytes);
}

// The members of an AttributeProto, of which `kind` says which one holds.
struct AttributeParts {
  // AttributeProto.AttributeType
  enum class Kind : std::int64_t { unsaid = 0, real = 1, integer = 2, text = 3, tensor = 4, reals = 6, integers = 7 };
  std::string name{}, text{};
  Kind kind = Kind::unsaid;
  std::int64_t integer = 0;
  float real = 0;
  OnnxTensor tensor{};
  std::vector<std::int64_t> integers{};
  std::vector<float> reals{};

  Result<OnnxAttribute> chosen() && {
    switch (kind) {
      case Kind::real: return OnnxAttribute{std::move(name), real};
      case Kind::integer: return OnnxAttribute{std::move(name), integer};
      case Kind::text: return OnnxAttribute{std::move(name), std::move(text)};
      case Kind::tensor: return OnnxAttribute{std::move(name), std::move(tensor)};
      case Kind::reals: return OnnxAttribute{std::move(name), std::move(reals)};
      case Kind::integers: return OnnxAttribute{std::move(name), std::move(integers)};
      case Kind::unsaid: break;
    }
    return unsupported(fmt::format("an attribute \"{}\" of another kind", name));
  }
};

// Field numbers are those of onnx.proto3.
class Reader {
 public:
  explicit Reader(const OnnxLimits& limits)
      : limits_(limits), integers_left_(limits.integers), names_left_(limits.names) {}

  Result<OnnxModel> model(std::string_view message) {
    OnnxModel model;
    model.opset = 0;
    bool has_graph = false;
    SG_TRY(each_field(message, [&](const WireField& field) -> Result<void> {
      switch (field.number) {
        case 1: model.ir_version = field.integer(); return {};
        case 2: return put(model.producer, name_in(field));
        case 7:
          if (std::exchange(has_graph, true)) return unsupported("more than one graph");
          return graph(field.bytes, model.graph);
        case 8: return opset(field.bytes, model.opset);
        case 25: return unsupported("functions of its own");
        default: return {};
      }
    }));
    if (!has_graph || model.opset < 1)
      return core::fail(ErrorCode::invalid_input, "this is no ONNX file: it has no graph or no version of operators");
    return model;
  }

 private:
  static Result<void> opset(std::string_view message, std::int64_t& version) {
    std::string_view domain;
    std::int64_t told = 0;
    SG_TRY(each_field(message, [&](const WireField& field) -> Result<void> {
      if (field.number == 1) domain = field.bytes;
      if (field.number == 2) told = field.integer();
      return {};
    }));
    if (domain.empty() || domain == "ai.onnx") version = told;
    return {};
  }

  Result<void> graph(std::string_view message, OnnxGraph& graph) {
    return each_field(message, [&](const WireField& field) -> Result<void> {
      switch (field.number) {
        case 1: return node(field.bytes, graph);
        case 2: return put(graph.name, name_in(field));
        case 5: return constant(read_tensor(field.bytes, limits_.dimensions, integers_left_), graph);
        case 11: return value(field.bytes, graph.inputs);
        case 12: return value(field.bytes, graph.outputs);
        case 13: return value(field.bytes, graph.values);
        case 15: return unsupported("sparse constants");
        default: return {};
      }
    });
  }

  Result<void> constant(Result<OnnxTensor> tensor, OnnxGraph& graph) {
    if (graph.constants.size() >= limits_.constants) return over("constants");
    return put(graph.constants.emplace_back(), std::move(tensor));
  }

  Result<void> count_name() {
    if (names_left_ == 0) return over("edges");
    --names_left_;
    return {};
  }

  Result<void> node(std::string_view message, OnnxGraph& graph) {
    if (graph.nodes.size() >= limits_.nodes) return over("nodes");
    OnnxNode node;
    SG_TRY(each_field(message, [&](const WireField& field) -> Result<void> {
      SG_TRY(count_name());
      switch (field.number) {
        case 1: return put(node.inputs.emplace_back(), name_in(field));
        case 2: return put(node.outputs.emplace_back(), name_in(field));
        case 3: return put(node.name, name_in(field));
        case 4: return put(node.op, name_in(field));
        case 5: return put(node.attributes.emplace_back(), attribute(field.bytes));
        case 7:
          if (field.bytes.empty() || field.bytes == "ai.onnx") return {};
          return unsupported(fmt::format("operators of \"{}\"", field.bytes.substr(0, 100)));
        default: return {};
      }
    }));
    return keep(std::move(node), graph);
  }

  Result<void> keep(OnnxNode node, OnnxGraph& graph) {
    if (node.op != "Constant") {
      graph.nodes.push_back(std::move(node));
      return {};
    }
    auto* const tensor = node.attributes.size() == 1 ? std::get_if<OnnxTensor>(&node.attributes[0].value) : nullptr;
    if (tensor == nullptr || node.outputs.size() != 1) return unsupported("a Constant that is no tensor");
    tensor->name = node.outputs[0];
    return constant(std::move(*tensor), graph);
  }

  Result<OnnxAttribute> attribute(std::string_view message) {
    AttributeParts parts;
    SG_TRY(each_field(message, [&](const WireField& field) -> Result<void> {
      switch (field.number) {
        case 1: return put(parts.name, name_in(field));
        case 2: parts.real = field.real(); return {};
        case 3: parts.integer = field.integer(); return {};
        case 4: return put(parts.text, name_in(field));
        case 5: return put(parts.tensor, read_tensor(field.bytes, limits_.dimensions, integers_left_));
        case 6:
        case 11: return unsupported("graphs inside its graph (loops or conditions)");
        case 7: return read_reals(field, limits_.integers, parts.reals);
        case 8: return read_integers(field, limits_.integers, parts.integers);
        case 20: parts.kind = static_cast<AttributeParts::Kind>(field.integer()); return {};
        default: return {};
      }
    }));
    if (parts.integers.size() > integers_left_) return over("whole numbers");
    integers_left_ -= parts.integers.size();
    return std::move(parts).chosen();
  }

  // ValueInfoProto: a name, and its type in TypeProto's one member for tensors.
  Result<void> value(std::string_view message, std::vector<OnnxValue>& values) {
    SG_TRY(count_name());
    auto& value = values.emplace_back();
    return each_field(message, [&](const WireField& field) -> Result<void> {
      if (field.number == 1) return put(value.name, name_in(field));
      if (field.number != 2) return {};
      return each_field(field.bytes, [&](const WireField& type) -> Result<void> {
        if (type.number == 6) return {};  // a word on what the values mean
        if (type.number != 1) return unsupported("sequences, maps or sparse tensors");
        return each_field(type.bytes, [&](const WireField& part) -> Result<void> {
          if (part.number == 1) value.type = static_cast<OnnxType>(part.integer());
          return part.number == 2 ? shape(part.bytes, value.shape) : Result<void>();
        });
      });
    });
  }

  Result<void> shape(std::string_view message, std::vector<std::int64_t>& shape) {
    shape.clear();
    return each_field(message, [&](const WireField& field) -> Result<void> {
      if (field.number != 1) return {};
      if (shape.size() >= limits_.dimensions) return over("dimensions in a shape");
      shape.push_back(-1);
      return each_field(field.bytes, [&shape](const WireField& part) -> Result<void> {
        if (part.number == 1 && part.integer() > 0) shape.back() = part.integer();
        return {};
      });
    });
  }

  const OnnxLimits& limits_;
  std::size_t integers_left_, names_left_;
};

}  // namespace

Result<OnnxModel> read_onnx(std::string_view bytes, const OnnxLimits& limits) {
  if (bytes.size() > limits.bytes)
    return core::fail(ErrorCode::too_large, fmt::format("the network file is larger than {} MiB", limits.bytes >> 20));
  return Reader(limits).model(bytes);
}

}  // namespace sightglass::vision
