#include "vision/onnxruntime/trial_network.hpp"

#include <fmt/format.h>

#include <cmath>
#include <span>
#include <utility>

#include "vision/conversion/onnx_writer.hpp"

namespace sightglass::vision {

namespace {

// Even numbers of −1 … 1 that look random and are the same everywhere (the constants of Numerical Recipes' generator).
class Numbers {
 public:
  float next() {
    state_ = state_ * 1'664'525U + 1'013'904'223U;
    return static_cast<float>(state_ >> 8) / 8'388'608.0F - 1.0F;
  }

 private:
  std::uint32_t state_ = 1;
};

OnnxTensor constant(std::string name, std::vector<std::int64_t> shape, float size, Numbers& numbers) {
  OnnxTensor tensor{.name = std::move(name), .shape = std::move(shape)};
  tensor.floats.resize(static_cast<std::size_t>(count_of(tensor.shape)));
  for (float& value : tensor.floats) value = size * numbers.next();
  return tensor;
}

OnnxAttribute numbers_of(std::string name, std::vector<std::int64_t> values) {
  return {.name = std::move(name), .value = std::move(values)};
}

OnnxNode convolution(std::string name, std::string input, std::int64_t stride, std::int64_t groups) {
  return {.op = "Conv",
          .inputs = {std::move(input), name + "_weights", name + "_bias"},
          .outputs = {name},
          .attributes = {numbers_of("kernel_shape", {3, 3}),
                         numbers_of("strides", {stride, stride}),
                         numbers_of("pads", {1, 1, 1, 1}),
                         {.name = "group", .value = groups}},
          .name = name};
}

OnnxNode simple(std::string op, std::vector<std::string> inputs, std::string output,
                std::vector<OnnxAttribute> attributes = {}) {
  return {.op = std::move(op),
          .inputs = std::move(inputs),
          .outputs = {output},
          .attributes = std::move(attributes),
          .name = output};
}

}  // namespace

std::string trial_network() {
  Numbers numbers;
  OnnxGraph graph{.name = "trial"};
  graph.constants = {constant("first_weights", {6, 3, 3, 3}, 0.4F, numbers),
                     constant("first_bias", {6}, 0.2F, numbers),
                     constant("by_channel_weights", {6, 1, 3, 3}, 0.6F, numbers),
                     constant("by_channel_bias", {6}, 0.2F, numbers),
                     {.name = "twice", .shape = {4}, .floats = {1, 1, 2, 2}}};
  graph.nodes = {
      convolution("first", "input", 2, 1),
      simple("Clip", {"first"}, "clipped", {{.name = "min", .value = 0.0F}, {.name = "max", .value = 6.0F}}),
      convolution("by_channel", "clipped", 1, 6),
      simple("Add", {"by_channel", "clipped"}, "added"),
      simple("MaxPool", {"added"}, "pooled", {numbers_of("kernel_shape", {2, 2}), numbers_of("strides", {2, 2})}),
      simple("Resize", {"pooled", "twice"}, "enlarged", {{.name = "mode", .value = std::string("nearest")}}),
      simple("Concat", {"enlarged", "added"}, "joined", {{.name = "axis", .value = std::int64_t{1}}}),
      simple("Sigmoid", {"joined"}, "result"),
  };
  graph.inputs = {{.name = "input", .shape = {1, 3, 32, 32}}};
  graph.outputs = {{.name = "result", .shape = {1, 12, 16, 16}}};
  return write_onnx({.graph = std::move(graph)});
}

NetworkPlan trial_plan() {
  return {.name = "trial", .input_shape = {1, 3, 32, 32}, .outputs = {"result"}, .output_shapes = {{1, 12, 16, 16}}};
}

core::Result<void> agree_on_trial(NetworkRuntime& candidate, NetworkRuntime& reference) {
  const std::string bytes = trial_network();
  const auto onnx = std::as_bytes(std::span(bytes));
  const auto plan = trial_plan();
  Numbers numbers;
  Tensor input{.shape = plan.input_shape, .values = std::vector<float>(3 * 32 * 32)};
  for (float& value : input.values) value = numbers.next();
  const auto answer_of = [&](NetworkRuntime& runtime) -> core::Result<std::vector<Tensor>> {
    SG_ASSIGN(const auto network, runtime.load(onnx, plan));
    return network->run(input);
  };
  SG_ASSIGN(const auto expected, answer_of(reference));
  const auto given = answer_of(candidate);
  if (!given) {
    return core::fail(core::unavailable(fmt::format("{} cannot run a small network", candidate.name()),
                                        given.error().message + " " + given.error().cause));
  }
  for (std::size_t index = 0; index < expected[0].values.size(); ++index) {
    const float difference = std::abs(expected[0].values[index] - (*given)[0].values[index]);
    if (!(difference <= 1e-4F)) {
      return core::fail(
          core::unavailable(fmt::format("{} computes other numbers than {}", candidate.name(), reference.name())));
    }
  }
  return {};
}

}  // namespace sightglass::vision
