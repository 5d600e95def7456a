#include <cmath>
#include <optional>
#include <set>

#include "vision/conversion/onnx_attributes.hpp"
#include "vision/conversion/onnx_passes.hpp"

namespace sightglass::vision {
namespace {

class Gates {
 public:
  explicit Gates(OnnxGraph& graph) : graph_(graph) {
    for (const auto& tensor : graph.constants)
      if (tensor.floats.size() == 1) numbers_[tensor.name] = tensor.floats[0];
    for (std::size_t i = 0; i < graph.nodes.size(); ++i)
      for (const auto& name : graph.nodes[i].outputs) makers_[name] = i;
  }

  void write() {
    std::vector<OnnxNode> nodes;
    for (const auto& node : graph_.nodes) {
      if (const auto gate = gate_of(node)) {
        nodes.push_back(hard_sigmoid(*gate, node.outputs[0]));
      } else if (const auto swish = swish_of(node)) {
        const std::string gate_name = node.outputs[0] + "_gate";
        nodes.push_back(hard_sigmoid(*swish, gate_name));
        nodes.push_back({.op = "Mul", .inputs = {*swish, gate_name}, .outputs = node.outputs, .name = node.name});
      } else {
        nodes.push_back(node);
      }
    }
    put_gates_first(nodes);
    graph_.nodes = std::move(nodes);
  }

 private:
  using Found = std::optional<std::string>;

  const OnnxNode* maker(const std::string& name) const {
    const auto found = makers_.find(name);
    return found == makers_.end() ? nullptr : &graph_.nodes[found->second];
  }

  bool is_number(const std::string& name, float wanted) const {
    const auto found = numbers_.find(name);
    return found != numbers_.end() && std::abs(found->second - wanted) <= 1e-3F * wanted;  // halves are that far off
  }

  // The bounds of Clip stand as attributes before version 11 of the operators.
  bool is_relu6(const OnnxNode& node) const {
    if (node.op != "Clip") return false;
    if (node.inputs.size() == 1) return real_of(node, "min", -1) == 0 && real_of(node, "max", -1) == 6;
    const auto least = node.inputs.size() == 3 ? numbers_.find(node.inputs[1]) : numbers_.end();
    return least != numbers_.end() && least->second == 0 && is_number(node.inputs[2], 6);
  }

  // x, where `name` is min(max(x + 3, 0), 6).
  Found shifted(const std::string& name) const {
    const auto* clip = maker(name);
    const auto* sum = clip != nullptr && is_relu6(*clip) ? maker(clip->inputs[0]) : nullptr;
    if (sum == nullptr || sum->op != "Add" || !is_number(sum->inputs[1], 3)) return std::nullopt;
    return sum->inputs[0];
  }

  // x, where the node is shifted(x) / 6.
  Found gate_of(const OnnxNode& node) const {
    if (node.op == "Mul" && is_number(node.inputs[1], 1.0F / 6)) return shifted(node.inputs[0]);
    if (node.op == "Div" && is_number(node.inputs[1], 6)) return shifted(node.inputs[0]);
    return std::nullopt;
  }

  // x, where the node is (x / 6) · shifted(x) or x · shifted(x) / 6, whichever factor comes first.
  Found swish_of(const OnnxNode& node) const {
    if (node.op == "Div" && is_number(node.inputs[1], 6)) {
      const auto* product = maker(node.inputs[0]);
      return product != nullptr && product->op == "Mul" ? factors(product->inputs[0], product->inputs[1])
                                                        : std::nullopt;
    }
    if (node.op != "Mul") return std::nullopt;
    const auto sixth = [this](const std::string& name) -> Found {
      const auto* part = maker(name);
      if (part == nullptr || part->op != "Mul" || !is_number(part->inputs[1], 1.0F / 6)) return std::nullopt;
      return part->inputs[0];
    };
    if (const auto x = sixth(node.inputs[0])) return factors(*x, node.inputs[1]);
    if (const auto x = sixth(node.inputs[1])) return factors(*x, node.inputs[0]);
    return std::nullopt;
  }

  // One of both, where the other is shifted() of it.
  Found factors(const std::string& a, const std::string& b) const {
    if (shifted(b) == a) return a;
    if (shifted(a) == b) return b;
    return std::nullopt;
  }

  static OnnxNode hard_sigmoid(const std::string& input, const std::string& output) {
    return {.op = "HardSigmoid",
            .inputs = {input},
            .outputs = {output},
            .attributes = {{"alpha", 1.0F / 6}, {"beta", 0.5F}},
            .name = output};
  }

  static void put_gates_first(std::vector<OnnxNode>& nodes) {
    std::map<std::string, std::string> gates;  // output → input
    for (auto& node : nodes) {
      if (node.op == "HardSigmoid") gates[node.outputs[0]] = node.inputs[0];
      if (node.op != "Mul") continue;
      const auto gate = gates.find(node.inputs[1]);
      if (gate != gates.end() && gate->second != node.inputs[0]) std::swap(node.inputs[0], node.inputs[1]);
    }
  }

  OnnxGraph& graph_;
  std::map<std::string, float> numbers_{};
  std::map<std::string, std::size_t> makers_{};
};

}  // namespace

void make_hard_gates(OnnxGraph& graph) {
  Gates(graph).write();
  drop_unused(graph);
}

}  // namespace sightglass::vision
