#include "vision/conversion/tfjs_to_onnx.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <utility>

#include "vision/conversion/onnx_passes.hpp"
#include "vision/conversion/tf_emitter.hpp"
#include "vision/conversion/tf_faults.hpp"

namespace sightglass::vision {
namespace {

using core::ErrorCode;
using core::Result;

// "name:1" is an output of the node "name".
std::string node_name(const std::string& edge) {
  const auto colon = edge.rfind(':');
  const bool is_output = colon != std::string::npos && colon + 1 < edge.size() &&
                         std::all_of(edge.begin() + static_cast<std::ptrdiff_t>(colon) + 1, edge.end(),
                                     [](char c) { return c >= '0' && c <= '9'; });
  return is_output ? edge.substr(0, colon) : edge;
}

class Walk {
 public:
  explicit Walk(const TfGraph& graph) : graph_(graph) {
    for (const auto& node : graph.nodes) by_name_.emplace(node.name, &node);
  }

  // What the outputs need, each after what it needs itself. Without recursion: depth is the sender's choice.
  Result<std::vector<const TfNode*>> from(const std::vector<std::pair<std::string, std::string>>& outputs) {
    for (const auto& [name, wish] : outputs) SG_TRY(visit(node_name(name)));
    return std::move(order_);
  }

 private:
  enum class State : std::uint8_t { open, done };

  Result<void> visit(const std::string& root) {
    std::vector<std::string> stack{root};
    while (!stack.empty()) {
      const std::string name = stack.back();
      const auto state = states_.find(name);
      if (state != states_.end()) {
        if (std::exchange(state->second, State::done) == State::open) order_.push_back(by_name_.at(name));
        stack.pop_back();
        continue;
      }
      const auto found = by_name_.find(name);
      if (found == by_name_.end())
        return core::fail(ErrorCode::invalid_input, fmt::format("the model has no \"{}\"", name.substr(0, 200)));
      states_[name] = State::open;
      if (graph_.weights.contains(name)) continue;
      for (const auto& input : found->second->inputs) SG_TRY(push(node_name(input), stack));
    }
    return {};
  }

  Result<void> push(std::string name, std::vector<std::string>& stack) const {
    const auto state = states_.find(name);
    if (state != states_.end() && state->second == State::open)
      return core::fail(ErrorCode::invalid_input, fmt::format("the model runs in a circle at \"{}\"", name));
    if (state == states_.end()) stack.push_back(std::move(name));
    return {};
  }

  const TfGraph& graph_;
  std::map<std::string, const TfNode*> by_name_{};
  std::map<std::string, State> states_{};
  std::vector<const TfNode*> order_{};
};

// N×H×W×C, or N×C×H×W where only that fits.
Result<TfEdge> input_edge(const TfNode& node, const NetworkWish& wish, OnnxBuilder& builder) {
  const auto* shape = attribute(node, "shape");
  const std::size_t rank = shape == nullptr ? 0 : shape->integers.size();
  if (rank != 4) return fault(node, ErrorCode::unsupported_format, "is an input that is no picture");
  const auto fits = [&](const std::vector<std::size_t>& order) {
    for (std::size_t i = 0; i < 4; ++i)
      if (shape->integers[i] > 0 && shape->integers[i] != wish.input_shape[order[i]]) return false;
    return true;
  };
  const std::vector<std::size_t> channels_first{0, 1, 2, 3};
  if (!fits(channels_last()) && !fits(channels_first))
    return fault(node, ErrorCode::invalid_input,
                 fmt::format("is an input of another shape than 1×{}",
                             fmt::join(wish.input_shape.begin() + 1, wish.input_shape.end(), "×")));
  return TfEdge{.name = builder.add_input(wish.input, wish.input_shape),
                .order = fits(channels_last()) ? channels_last() : channels_first};
}

}  // namespace

Result<OnnxModel> tfjs_to_onnx(const TfGraph& graph, const NetworkWish& wish) {
  if (wish.input_shape.size() != 4 || wish.outputs.empty())
    return core::fail(ErrorCode::invalid_input, "a network has an input of four dimensions and at least one output");
  SG_ASSIGN(const auto order, Walk(graph).from(wish.outputs));
  OnnxBuilder builder;
  for (const auto& [source, name] : wish.outputs) builder.name_for(name);  // kept for what is renamed in the end
  TfEmitter emitter(graph, builder);
  bool has_input = false;
  for (const auto* node : order) {
    if (node->op == "Placeholder") {
      if (std::exchange(has_input, true)) return fault(*node, ErrorCode::unsupported_format, "is a second input");
      SG_ASSIGN(auto edge, input_edge(*node, wish, builder));
      emitter.set_input(node->name, std::move(edge));
    }
    SG_TRY(emitter.emit(*node));
  }
  std::map<std::string, std::string> names;
  std::vector<OnnxValue> outputs;
  for (const auto& [source, name] : wish.outputs) {
    SG_ASSIGN(const auto edge, emitter.output(source));
    outputs.push_back({.name = edge});
    if (!names.emplace(edge, name).second)
      return core::fail(ErrorCode::invalid_input, fmt::format("the outputs name \"{}\" twice", source));
  }
  OnnxModel model{.ir_version = 6, .opset = 11, .graph = builder.take()};
  model.graph.name = wish.name;
  model.graph.outputs = std::move(outputs);
  rename(model.graph, names);
  return model;
}

}  // namespace sightglass::vision
