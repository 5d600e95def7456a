#include "vision/conversion/fixed_onnx.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "unit/vision/conversion/run_network.hpp"
#include "vision/conversion/convert.hpp"
#include "vision/conversion/onnx_reader.hpp"
#include "vision/conversion/onnx_writer.hpp"

namespace sightglass::vision {
namespace {

using core::ErrorCode;
using testing::HasSubstr;
using Shape = std::vector<std::int64_t>;

OnnxTensor list(std::string name, Shape values) {
  const auto count = static_cast<std::int64_t>(values.size());
  return {.name = std::move(name), .type = OnnxType::int64, .shape = {count}, .integers = std::move(values)};
}

// Of any height and width; "y" is what comes out.
OnnxModel network(std::vector<OnnxNode> nodes, std::vector<OnnxTensor> constants) {
  OnnxModel model{.opset = 9};
  model.graph = {.name = "n",
                 .nodes = std::move(nodes),
                 .constants = std::move(constants),
                 .inputs = {{.name = "x", .shape = {-1, 2, -1, -1}}},
                 .outputs = {{.name = "y"}}};
  return model;
}

NetworkWish wish(Shape shape) {
  return {.name = "fixed", .input = "image", .input_shape = std::move(shape), .outputs = {{"y", "out"}}};
}

std::vector<float> run(const OnnxModel& model, Shape shape, std::vector<float> values) {
  const auto bytes = convert_onnx(write_onnx(model), wish(shape));
  EXPECT_TRUE(bytes.has_value()) << bytes.error().message;
  if (!bytes) return {};
  EXPECT_EQ(read_onnx(*bytes)->graph.inputs[0].name, "image");
  return run_network(*bytes, {.shape = std::move(shape), .values = std::move(values)}, {"out"})[0].values;
}

// How exporters write "flatten what is behind the channels" when they do not know the size.
OnnxModel flattening(std::vector<OnnxNode> then = {}, std::vector<OnnxTensor> more = {}) {
  std::vector<OnnxNode> nodes{
      {.op = "Shape", .inputs = {"x"}, .outputs = {"s"}},
      {.op = "Cast", .inputs = {"s"}, .outputs = {"s32"}, .attributes = {{"to", std::int64_t{6}}}},
      {.op = "Slice",
       .inputs = {"s32"},
       .outputs = {"head"},
       .attributes = {{"axes", Shape{0}}, {"starts", Shape{0}}, {"ends", Shape{2}}}},
      {.op = "Cast", .inputs = {"head"}, .outputs = {"head64"}, .attributes = {{"to", std::int64_t{7}}}},
      {.op = "Concat", .inputs = {"head64", "open"}, .outputs = {"shape"}, .attributes = {{"axis", std::int64_t{0}}}},
      {.op = "Reshape", .inputs = {"x", "shape"}, .outputs = {then.empty() ? "y" : "flat"}}};
  nodes.insert(nodes.end(), then.begin(), then.end());
  more.push_back(list("open", {-1}));
  return network(std::move(nodes), std::move(more));
}

TEST(FixedOnnx, works_out_shapes_that_were_left_open) {
  const auto bytes = convert_onnx(write_onnx(flattening()), wish({1, 2, 1, 3}));
  ASSERT_TRUE(bytes.has_value()) << bytes.error().message;
  const auto graph = read_onnx(*bytes)->graph;
  ASSERT_EQ(graph.nodes.size(), 1U);
  EXPECT_THAT(graph.outputs[0].shape, testing::ElementsAre(1, 2, 3));
}

TEST(FixedOnnx, adds_lists_along_the_last_of_three_dimensions) {
  const auto model = flattening({{.op = "Add", .inputs = {"flat", "b"}, .outputs = {"y"}}},
                                {{.name = "b", .shape = {2}, .floats = {10, 20}}});
  expect_near(run(model, {1, 2, 1, 2}, {1, 2, 3, 4}), {11, 22, 13, 24});
}

TEST(FixedOnnx, keeps_gates_of_something_else_apart) {
  const auto model = network(
      {{.op = "GlobalAveragePool", .inputs = {"x"}, .outputs = {"m"}},
       {.op = "HardSigmoid", .inputs = {"m"}, .outputs = {"g"}, .attributes = {{"alpha", 0.2F}, {"beta", 0.5F}}},
       {.op = "Mul", .inputs = {"x", "g"}, .outputs = {"y"}}},
      {});
  // Means 0 and −1.5: gates 0.5 and 0.2.
  expect_near(run(model, {1, 2, 1, 2}, {2, -2, -4, 1}), {1, -1, -0.8F, 0.2F});
}

TEST(FixedOnnx, keeps_hard_swish_what_it_is) {
  const auto model =
      network({{.op = "Add", .inputs = {"x", "three"}, .outputs = {"a"}},
               {.op = "Clip", .inputs = {"a"}, .outputs = {"c"}, .attributes = {{"min", 0.0F}, {"max", 6.0F}}},
               {.op = "Mul", .inputs = {"x", "c"}, .outputs = {"p"}},
               {.op = "Div", .inputs = {"p", "six"}, .outputs = {"y"}}},
              {{.name = "three", .floats = {3}}, {.name = "six", .floats = {6}}});
  expect_near(run(model, {1, 2, 1, 2}, {-4, 1, 3, 5}), {0, 4.0F / 6, 3, 5});
}

TEST(FixedOnnx, takes_bounds_that_are_inputs) {
  auto model = network({{.op = "Clip", .inputs = {"x", "least", "most"}, .outputs = {"y"}}},
                       {{.name = "least", .floats = {-1}}, {.name = "most", .floats = {2}}});
  model.opset = 11;
  expect_near(run(model, {1, 2, 1, 2}, {-4, -0.5F, 1.5F, 5}), {-1, -0.5F, 1.5F, 2});
  model.graph.constants[1].floats = {-1};
  EXPECT_EQ(convert_onnx(write_onnx(model), wish({1, 2, 1, 2})).error().code, ErrorCode::invalid_input);
}

TEST(FixedOnnx, gives_the_same_bytes_each_time) {
  const std::string bytes = write_onnx(flattening());
  EXPECT_EQ(*convert_onnx(bytes, wish({1, 2, 4, 4})), *convert_onnx(bytes, wish({1, 2, 4, 4})));
}

TEST(FixedOnnx, refuses_what_does_not_fit) {
  const std::string bytes = write_onnx(flattening());
  EXPECT_EQ(convert_onnx(bytes, wish({1, 3, 4, 4})).error().code, ErrorCode::invalid_input);
  EXPECT_EQ(convert_onnx(bytes, wish({1, 2, 4})).error().code, ErrorCode::invalid_input);
  auto other = wish({1, 2, 4, 4});
  other.outputs[0].first = "nowhere";
  EXPECT_THAT(convert_onnx(bytes, other).error().message, HasSubstr("no \"nowhere\""));
}

TEST(FixedOnnx, refuses_networks_that_cannot_be) {
  const auto error = [](std::vector<OnnxNode> nodes, std::vector<OnnxTensor> constants = {}) {
    return convert_onnx(write_onnx(network(std::move(nodes), std::move(constants))), wish({1, 2, 2, 2})).error();
  };
  EXPECT_THAT(error({{.op = "Loop", .inputs = {"x"}, .outputs = {"y"}}}).message, HasSubstr("Loop \"y\""));
  EXPECT_EQ(error({{.op = "Add", .inputs = {"x"}, .outputs = {"y"}}}).code, ErrorCode::invalid_input);
  EXPECT_EQ(error({{.op = "Relu", .inputs = {"later"}, .outputs = {"y"}}}).code, ErrorCode::invalid_input);
  EXPECT_EQ(error({{.op = "Conv", .inputs = {"x", "w"}, .outputs = {"y"}}},
                  {{.name = "w", .shape = {1, 2, 3, 3}, .floats = std::vector<float>(18)}})
                .code,
            ErrorCode::invalid_input);
  EXPECT_EQ(
      error({{.op = "Add", .inputs = {"x", "b"}, .outputs = {"y"}}}, {{.name = "b", .shape = {3}, .floats = {1, 2, 3}}})
          .code,
      ErrorCode::invalid_input);
  EXPECT_EQ(error({{.op = "Reshape", .inputs = {"x", "s"}, .outputs = {"y"}}}, {list("s", {-1, -1})}).code,
            ErrorCode::invalid_input);
  EXPECT_EQ(error({{.op = "Reshape", .inputs = {"x", "s"}, .outputs = {"y"}}}, {list("s", {3, 3})}).code,
            ErrorCode::invalid_input);
  EXPECT_EQ(
      error({{.op = "Transpose", .inputs = {"x"}, .outputs = {"y"}, .attributes = {{"perm", Shape{0, 1, 1, 2}}}}}).code,
      ErrorCode::invalid_input);
}

TEST(FixedOnnx, refuses_weights_that_are_no_numbers) {
  const auto model =
      network({{.op = "Add", .inputs = {"x", "b"}, .outputs = {"y"}}}, {{.name = "b", .shape = {1}, .floats = {NAN}}});
  EXPECT_THAT(convert_onnx(write_onnx(model), wish({1, 2, 2, 2})).error().message,
              HasSubstr("\"b\" holds what is no number"));
}

}  // namespace
}  // namespace sightglass::vision
