#include "vision/conversion/tfjs_to_onnx.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "unit/vision/conversion/run_network.hpp"
#include "vision/conversion/onnx_passes.hpp"
#include "vision/conversion/onnx_writer.hpp"

namespace sightglass::vision {
namespace {

using core::ErrorCode;
using testing::ElementsAre;
using testing::HasSubstr;
using Shape = std::vector<std::int64_t>;

// A graph that takes one picture of H×W×C and gives "out".
class Graph {
 public:
  Graph(std::int64_t height, std::int64_t width, std::int64_t channels) : shape_{1, channels, height, width} {
    graph_.nodes.push_back({.name = "in", .op = "Placeholder"});
    graph_.nodes[0].attributes["shape"].integers = {1, height, width, channels};
  }
  Graph& reals(const std::string& name, Shape shape, std::vector<float> values) {
    graph_.nodes.push_back({.name = name, .op = "Const"});
    graph_.weights[name] = {.name = name, .shape = std::move(shape), .floats = std::move(values)};
    return *this;
  }
  Graph& integers(const std::string& name, Shape shape, Shape values) {
    graph_.nodes.push_back({.name = name, .op = "Const"});
    graph_.weights[name] = {
        .name = name, .type = OnnxType::int32, .shape = std::move(shape), .integers = std::move(values)};
    return *this;
  }
  Graph& node(std::string name, std::string op, std::vector<std::string> inputs,
              std::map<std::string, TfAttribute> attributes = {}) {
    graph_.nodes.push_back({std::move(name), std::move(op), std::move(inputs), std::move(attributes)});
    return *this;
  }
  core::Result<OnnxModel> convert(const std::string& output = "out") const {
    return tfjs_to_onnx(graph_, {.name = "test", .input = "image", .input_shape = shape_, .outputs = {{output, "y"}}});
  }
  core::Error error(const std::string& output = "out") const {
    const auto model = convert(output);
    EXPECT_FALSE(model.has_value());
    return model ? core::Error{} : model.error();
  }
  // `values` channels first.
  std::vector<float> run(std::vector<float> values) const {
    auto model = convert();
    EXPECT_TRUE(model.has_value()) << model.error().message;
    if (!model) return {};
    EXPECT_TRUE(settle_shapes(model->graph).has_value());
    make_hard_gates(model->graph);
    EXPECT_TRUE(make_clips_plain(model->graph).has_value());
    EXPECT_TRUE(settle_shapes(model->graph).has_value());
    ops_.clear();
    for (const auto& each : model->graph.nodes) ops_.push_back(each.op);
    return run_network(write_onnx(*model), {.shape = shape_, .values = std::move(values)}, {"y"})[0].values;
  }
  const std::vector<std::string>& ops() const { return ops_; }

 private:
  Shape shape_;
  TfGraph graph_{};
  mutable std::vector<std::string> ops_{};
};

std::map<std::string, TfAttribute> window(std::int64_t stride, const std::string& padding,
                                          std::vector<std::string> fused = {}) {
  return {{"strides", {.integers = {1, stride, stride, 1}}},
          {"padding", {.text = padding}},
          {"data_format", {.text = "NHWC"}},
          {"fused_ops", {.texts = std::move(fused)}}};
}

TEST(TfjsToOnnx, pads_what_is_uneven_after_the_picture) {
  const auto graph = Graph(4, 4, 1)
                         .reals("w", {3, 3, 1, 1}, std::vector<float>(9, 1))
                         .node("out", "Conv2D", {"in", "w"}, window(2, "SAME"));
  expect_near(graph.run(std::vector<float>(16, 1)), {9, 6, 6, 4});
  EXPECT_THAT(graph.ops(), ElementsAre("Pad", "Conv"));
}

TEST(TfjsToOnnx, pads_what_is_even_in_the_window) {
  const auto graph = Graph(3, 3, 1)
                         .reals("w", {3, 3, 1, 1}, std::vector<float>(9, 1))
                         .node("out", "Conv2D", {"in", "w"}, window(1, "SAME"));
  expect_near(graph.run(std::vector<float>(9, 1)), {4, 6, 4, 6, 9, 6, 4, 6, 4});
  EXPECT_THAT(graph.ops(), ElementsAre("Conv"));
}

TEST(TfjsToOnnx, turns_filters_to_channels_first) {
  const auto graph =
      Graph(1, 1, 2).reals("w", {1, 1, 2, 2}, {1, 2, 3, 4}).node("out", "Conv2D", {"in", "w"}, window(1, "VALID"));
  expect_near(graph.run({10, 1}), {13, 24});
}

TEST(TfjsToOnnx, keeps_rows_and_columns_of_filters_apart) {
  const auto graph = Graph(2, 3, 1)
                         .reals("w", {2, 3, 1, 1}, {1, 10, 100, 1000, 10000, 100000})
                         .node("out", "Conv2D", {"in", "w"}, window(1, "VALID"));
  expect_near(graph.run({1, 2, 3, 4, 5, 6}), {654321}, 1);
}

TEST(TfjsToOnnx, gives_each_channel_its_own_depthwise_filters) {
  const auto graph = Graph(1, 1, 2)
                         .reals("w", {1, 1, 2, 2}, {1, 2, 3, 4})
                         .node("out", "DepthwiseConv2dNative", {"in", "w"}, window(1, "SAME"));
  expect_near(graph.run({10, 1}), {10, 20, 3, 4});
}

TEST(TfjsToOnnx, adds_biases_and_bends_what_was_fused) {
  const auto graph = Graph(1, 3, 1)
                         .reals("w", {1, 1, 1, 1}, {1})
                         .reals("b", {1}, {-1})
                         .node("out", "_FusedConv2D", {"in", "w", "b"}, window(1, "SAME", {"BiasAdd", "Relu6"}));
  expect_near(graph.run({0, 3, 30}), {0, 2, 6});
}

TEST(TfjsToOnnx, writes_hard_swish_in_one_piece) {
  const auto graph = Graph(1, 4, 1)
                         .reals("three", {}, {3})
                         .reals("sixth", {}, {0.16662598F})
                         .node("sum", "Add", {"in", "three"})
                         .node("bent", "Relu6", {"sum"})
                         .node("part", "Mul", {"sixth", "in"})
                         .node("out", "Mul", {"part", "bent"});
  expect_near(graph.run({-4, 1, 3, 5}), {0, 4.0F / 6, 3, 5});
  EXPECT_THAT(graph.ops(), ElementsAre("HardSigmoid", "Mul"));
}

TEST(TfjsToOnnx, does_not_let_a_gate_of_something_else_become_hard_swish) {
  const auto graph = Graph(1, 2, 2)
                         .integers("axes", {2}, {1, 2})
                         .reals("three", {}, {3})
                         .reals("sixth", {}, {1.0F / 6})
                         .node("mean", "Mean", {"in", "axes"}, {{"keep_dims", {.truth = true}}})
                         .node("sum", "AddV2", {"mean", "three"})
                         .node("bent", "Relu6", {"sum"})
                         .node("gate", "Mul", {"bent", "sixth"})
                         .node("out", "Mul", {"gate", "in"});
  // Means 0 and −1.5: gates 0.5 and 0.25.
  expect_near(graph.run({2, -2, -4, 1}), {1, -1, -1, 0.25F});
}

TEST(TfjsToOnnx, composes_transpositions_until_an_order_is_needed) {
  const auto graph = Graph(1, 2, 3)
                         .integers("first", {4}, {0, 3, 1, 2})
                         .integers("flat", {3}, {1, 3, 2})
                         .integers("turn", {3}, {0, 2, 1})
                         .node("planes", "Transpose", {"in", "first"})
                         .node("rows", "Reshape", {"planes", "flat"})
                         .node("out", "Transpose", {"rows", "turn"});
  expect_near(graph.run({1, 2, 3, 4, 5, 6}), {1, 3, 5, 2, 4, 6});
  EXPECT_THAT(graph.ops(), ElementsAre("Reshape", "Transpose"));
}

TEST(TfjsToOnnx, flattens_pictures_in_tensorflow_s_order) {
  const auto graph = Graph(1, 2, 3).integers("flat", {2}, {1, 6}).node("out", "Reshape", {"in", "flat"});
  expect_near(graph.run({1, 2, 3, 4, 5, 6}), {1, 3, 5, 2, 4, 6});
}

TEST(TfjsToOnnx, joins_and_splits_along_channels) {
  const auto graph = Graph(1, 2, 2)
                         .integers("last", {}, {3})
                         .integers("sizes", {2}, {3, 1})
                         .node("both", "ConcatV2", {"in", "in", "last"})
                         .node("parts", "SplitV", {"both", "sizes", "last"})
                         .node("out", "Identity", {"parts:1"});
  expect_near(graph.run({1, 2, 3, 4}), {3, 4});
}

TEST(TfjsToOnnx, adds_lists_to_channels) {
  const auto graph = Graph(1, 2, 2).reals("b", {2}, {10, 20}).node("out", "BiasAdd", {"in", "b"});
  expect_near(graph.run({1, 2, 3, 4}), {11, 12, 23, 24});
}

TEST(TfjsToOnnx, enlarges_as_tensorflow_did_first) {
  const auto graph = Graph(1, 2, 1).integers("size", {2}, {1, 4}).node("out", "ResizeBilinear", {"in", "size"});
  expect_near(graph.run({0, 2}), {0, 1, 2, 2});
}

TEST(TfjsToOnnx, enlarges_about_the_middle_of_pixels) {
  const auto graph = Graph(1, 2, 1)
                         .integers("size", {2}, {1, 4})
                         .node("out", "ResizeBilinear", {"in", "size"}, {{"half_pixel_centers", {.truth = true}}});
  expect_near(graph.run({0, 2}), {0, 0.5F, 1.5F, 2});
}

TEST(TfjsToOnnx, takes_padding_before_a_window_into_it) {
  const auto graph = Graph(2, 2, 1)
                         .integers("pads", {4, 2}, {0, 0, 1, 1, 1, 1, 0, 0})
                         .reals("w", {3, 3, 1, 1}, std::vector<float>(9, 1))
                         .node("padded", "Pad", {"in", "pads"})
                         .node("out", "Conv2D", {"padded", "w"}, window(1, "VALID"));
  expect_near(graph.run({1, 2, 3, 4}), {10, 10, 10, 10});
}

TEST(TfjsToOnnx, finds_the_largest_where_nothing_was_padded) {
  auto pool = window(2, "VALID");
  pool["ksize"].integers = {1, 3, 3, 1};
  const auto graph = Graph(2, 2, 1)
                         .integers("pads", {4, 2}, {0, 0, 1, 1, 1, 1, 0, 0})
                         .reals("least", {}, {-std::numeric_limits<float>::infinity()})
                         .node("padded", "PadV2", {"in", "pads", "least"})
                         .node("out", "MaxPool", {"padded"}, pool);
  expect_near(graph.run({-5, -2, -3, -4}), {-2});
}

TEST(TfjsToOnnx, finds_the_largest_with_uneven_padding) {
  auto pool = window(2, "SAME");
  pool["ksize"].integers = {1, 3, 3, 1};
  expect_near(Graph(4, 4, 1).node("out", "MaxPool", {"in"}, pool).run(std::vector<float>(16, -1)), {-1, -1, -1, -1});
}

TEST(TfjsToOnnx, bends_with_the_stated_slope) {
  const auto graph = Graph(1, 2, 1).node("out", "LeakyRelu", {"in"}, {{"alpha", {.real = 0.1}}});
  expect_near(graph.run({-10, 10}), {-1, 10});
}

TEST(TfjsToOnnx, folds_shapes_that_are_sums_of_constants) {
  const auto graph = Graph(1, 2, 2)
                         .integers("where", {0, 1}, {})
                         .integers("length", {1}, {3})
                         .integers("none", {0}, {})
                         .integers("zero", {}, {0})
                         .integers("shape", {3}, {1, 2, 2})
                         .node("zeros", "SparseToDense", {"where", "length", "none", "zero"})
                         .node("sum", "AddV2", {"shape", "zeros"})
                         .node("out", "Reshape", {"in", "sum"});
  expect_near(graph.run({1, 2, 3, 4}), {1, 3, 2, 4});
}

TEST(TfjsToOnnx, leaves_out_what_no_output_needs) {
  const auto graph = Graph(1, 1, 1).node("out", "Relu", {"in"}).node("top", "TopKV2", {"out"});
  EXPECT_EQ(graph.convert()->graph.nodes.size(), 1U);
}

TEST(TfjsToOnnx, names_what_it_does_not_take) {
  const auto unknown = Graph(1, 1, 1).node("a/b", "Einsum", {"in"}).node("out", "Relu", {"a/b"}).error();
  EXPECT_EQ(unknown.code, ErrorCode::unsupported_format);
  EXPECT_THAT(unknown.message, HasSubstr("Einsum \"a/b\""));
  EXPECT_THAT(Graph(1, 1, 1).error("nowhere").message, HasSubstr("no \"nowhere\""));
  EXPECT_THAT(Graph(1, 1, 1).node("out", "Relu", {"lost"}).error().message, HasSubstr("no \"lost\""));
}

TEST(TfjsToOnnx, refuses_graphs_that_cannot_be) {
  EXPECT_THAT(Graph(1, 1, 1).node("a", "Relu", {"out"}).node("out", "Relu", {"a"}).error().message,
              HasSubstr("circle"));
  EXPECT_THAT(Graph(1, 1, 1).node("out", "Relu", {"out"}).error().message, HasSubstr("circle"));
  EXPECT_FALSE(Graph(1, 1, 1).node("out", "Add", {"in"}).convert().has_value());
  EXPECT_FALSE(Graph(1, 1, 1).node("out", "ConcatV2", {"in"}).convert().has_value());
  EXPECT_FALSE(Graph(1, 1, 1).reals("c", {1}, {1}).node("out", "Relu", {"c"}).convert().has_value());
  EXPECT_FALSE(Graph(1, 1, 1)
                   .reals("w", {3, 3, 1, 1}, std::vector<float>(9))
                   .node("out", "Conv2D", {"in", "w"}, window(1, "VALID"))
                   .convert()
                   .has_value());
  EXPECT_FALSE(Graph(1, 1, 2)
                   .reals("w", {1, 1, 3, 1}, std::vector<float>(3))
                   .node("out", "Conv2D", {"in", "w"}, window(1, "SAME"))
                   .convert()
                   .has_value());
  EXPECT_FALSE(Graph(1, 1, 1)
                   .reals("w", {1, 1, 1, 1}, {1})
                   .node("out", "Conv2D", {"in", "w"}, window(0, "SAME"))
                   .convert()
                   .has_value());
  EXPECT_FALSE(Graph(1, 1, 1).reals("w", {1, 1, 1, 1}, {1}).node("out", "Conv2D", {"in", "w"}).convert().has_value());
  EXPECT_FALSE(
      Graph(1, 2, 1).integers("p", {4}, {0, 0, 1, 2}).node("out", "Transpose", {"in", "p"}).convert().has_value());
  EXPECT_FALSE(Graph(1, 2, 1).integers("s", {2}, {1, 3}).node("out", "Reshape", {"in", "s"}).convert().has_value());
}

}  // namespace
}  // namespace sightglass::vision
