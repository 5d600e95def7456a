#include <fmt/format.h>

#include <limits>

#include "vision/conversion/onnx_passes.hpp"

namespace sightglass::vision {
namespace {

using core::Result;

class Clips {
 public:
  explicit Clips(OnnxGraph& graph) : graph_(graph) {
    for (const auto& tensor : graph.constants)
      if (tensor.floats.size() == 1) numbers_[tensor.name] = tensor.floats[0];
  }

  Result<void> write() {
    std::vector<OnnxNode> nodes;
    for (auto& node : graph_.nodes) {
      if (node.op != "Clip" || node.inputs.size() == 1)
        nodes.push_back(std::move(node));
      else
        SG_TRY(replace(node, nodes));
    }
    graph_.nodes = std::move(nodes);
    return {};
  }

 private:
  Result<float> bound(const OnnxNode& node, std::size_t input) const {
    const auto found = input < node.inputs.size() ? numbers_.find(node.inputs[input]) : numbers_.end();
    if (found != numbers_.end()) return found->second;
    return core::fail(core::ErrorCode::unsupported_format,
                      fmt::format("the network's Clip \"{}\" has not two bounds that are constants", node.outputs[0]));
  }

  std::string constant(const std::string& name, float value) {
    graph_.constants.push_back({.name = name, .shape = {1}, .floats = {value}});
    return name;
  }

  Result<void> replace(const OnnxNode& node, std::vector<OnnxNode>& nodes) {
    SG_ASSIGN(const float least, bound(node, 1));
    SG_ASSIGN(const float most, bound(node, 2));
    const float range = most - least;
    if (!(range > 0 && range <= std::numeric_limits<float>::max()))
      return core::fail(core::ErrorCode::invalid_input,
                        fmt::format("the network's Clip \"{}\" has no range", node.outputs[0]));
    const std::string& output = node.outputs[0];
    const std::string share = output + "_share", scaled = least == 0 ? output : output + "_scaled";
    nodes.push_back({.op = "HardSigmoid",
                     .inputs = {node.inputs[0]},
                     .outputs = {share},
                     .attributes = {{"alpha", 1 / range}, {"beta", -least / range}},
                     .name = share});
    nodes.push_back(
        {.op = "Mul", .inputs = {share, constant(output + "_range", range)}, .outputs = {scaled}, .name = scaled});
    if (least != 0)
      nodes.push_back(
          {.op = "Add", .inputs = {scaled, constant(output + "_least", least)}, .outputs = {output}, .name = output});
    return {};
  }

  OnnxGraph& graph_;
  std::map<std::string, float> numbers_{};
};

}  // namespace

Result<void> make_clips_plain(OnnxGraph& graph) { return Clips(graph).write(); }

}  // namespace sightglass::vision
