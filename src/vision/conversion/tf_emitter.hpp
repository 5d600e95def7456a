// One TensorFlow node after the other, as ONNX nodes. For tfjs_to_onnx.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "vision/conversion/onnx_builder.hpp"
#include "vision/conversion/tfjs_graph.hpp"

namespace sightglass::vision {

// An edge of the ONNX graph, seen as TensorFlow sees it: its dimension i is the edge's dimension order[i].
struct TfEdge {
  std::string name{};
  std::vector<std::size_t> order{};
};

class TfEmitter {
 public:
  using Shape = std::vector<std::int64_t>;

  TfEmitter(const TfGraph& graph, OnnxBuilder& builder) : graph_(graph), builder_(builder) {}

  void set_input(const std::string& tf_name, TfEdge edge) { edges_[tf_name] = std::move(edge); }
  // Nodes come in an order in which they can be computed. Errors: as tfjs_to_onnx().
  core::Result<void> emit(const TfNode& node);
  // An edge that pictures leave by: channels first, other tensors as TensorFlow has them.
  core::Result<std::string> output(const std::string& tf_name);
  const OnnxTensor* constant(const std::string& tf_name) const;

 private:
  struct Padding {
    std::string source{};  // what was padded
    std::vector<std::int64_t> pads{};
    float value = 0;
  };

  core::Result<void> convolution(const TfNode& node);
  core::Result<void> pooling(const TfNode& node);
  core::Result<void> padding(const TfNode& node);
  core::Result<void> arithmetic(const TfNode& node);
  core::Result<void> unary(const TfNode& node);
  core::Result<void> mean(const TfNode& node);
  core::Result<void> concatenation(const TfNode& node);
  core::Result<void> splitting(const TfNode& node);
  core::Result<void> resizing(const TfNode& node);
  core::Result<void> reshaping(const TfNode& node);
  core::Result<void> transposition(const TfNode& node);
  core::Result<void> alias(const TfNode& node);
  bool fold(const TfNode& node);  // what depends on constants alone

  core::Result<TfEdge> edge(const TfNode& node, std::size_t input) const;
  core::Result<const OnnxTensor*> constant_input(const TfNode& node, std::size_t input) const;
  core::Result<Shape> list_input(const TfNode& node, std::size_t input) const;
  core::Result<TfEdge> in_order(TfEdge edge, const std::vector<std::size_t>& wanted, std::string_view wish);
  core::Result<TfEdge> operand(const TfNode& node, std::size_t input, const TfEdge& beside);
  core::Result<std::string> activated(const TfNode& node, const std::string& name, const std::string& kind);
  // The window's pads on both sides; what is unequal becomes a Pad node before `source`.
  core::Result<Shape> window_pads(const TfNode& node, std::string& source, const Shape& kernel, float fill);
  core::Result<std::string> pad(std::string source, const Shape& pads, float value, const std::string& wish);
  Shape shape_of(const TfEdge& edge) const;  // as TensorFlow sees it
  void keep(const TfNode& node, std::string name, std::vector<std::size_t> order);

  const TfGraph& graph_;
  OnnxBuilder& builder_;
  std::map<std::string, TfEdge> edges_{};
  std::map<std::string, OnnxTensor> folded_{};
  std::map<std::string, Padding> paddings_{};  // by the name of the padded edge
};

}  // namespace sightglass::vision
