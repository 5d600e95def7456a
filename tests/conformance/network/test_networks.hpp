// Small networks with numbers that can be computed by hand, and ways in which a file can be wrong.
#pragma once

#include <span>
#include <string>

#include "vision/conversion/onnx_writer.hpp"
#include "vision/network.hpp"

namespace sightglass::vision::test {

inline std::span<const std::byte> bytes_of(const std::string& text) { return std::as_bytes(std::span(text)); }

inline OnnxAttribute integers(std::string name, std::vector<std::int64_t> values) {
  return {.name = std::move(name), .value = std::move(values)};
}

// 1×2×4×4 → "sum": each pixel's two channels, weighted by 2 and 3, plus 0.5: 1×1×4×4; → "halved": its half.
inline OnnxModel two_outputs() {
  OnnxGraph graph{.name = "two_outputs"};
  graph.constants = {{.name = "weights", .shape = {1, 2, 1, 1}, .floats = {2, 3}},
                     {.name = "bias", .shape = {1}, .floats = {0.5F}},
                     {.name = "half", .shape = {1, 1, 1, 1}, .floats = {0.5F}}};
  graph.nodes = {
      {.op = "Conv",
       .inputs = {"input", "weights", "bias"},
       .outputs = {"sum"},
       .attributes = {integers("kernel_shape", {1, 1}), integers("strides", {1, 1}), integers("pads", {0, 0, 0, 0})},
       .name = "sum"},
      {.op = "Mul", .inputs = {"sum", "half"}, .outputs = {"halved"}, .name = "halved"}};
  graph.inputs = {{.name = "input", .shape = {1, 2, 4, 4}}};
  graph.outputs = {{.name = "sum", .shape = {1, 1, 4, 4}}, {.name = "halved", .shape = {1, 1, 4, 4}}};
  return {.graph = std::move(graph)};
}

inline NetworkPlan plan_of_two_outputs() {
  return {.name = "two-outputs",
          .input_shape = {1, 2, 4, 4},
          .outputs = {"sum", "halved"},
          .output_shapes = {{1, 1, 4, 4}, {1, 1, 4, 4}}};
}

inline Tensor input_of_two_outputs() {
  Tensor input{.shape = {1, 2, 4, 4}};
  for (int value = 0; value < 32; ++value) input.values.push_back(static_cast<float>(value));
  return input;
}

}  // namespace sightglass::vision::test
