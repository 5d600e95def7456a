#include "vision/conversion/onnx_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "vision/conversion/half_float.hpp"
#include "vision/conversion/onnx_attributes.hpp"
#include "vision/conversion/onnx_writer.hpp"
#include "vision/conversion/protobuf_wire.hpp"

namespace sightglass::vision {
namespace {

using core::ErrorCode;
using testing::ElementsAre;
using testing::HasSubstr;

OnnxModel sample() {
  OnnxModel model;
  model.graph = {
      .name = "sample",
      .nodes = {{.op = "Conv",
                 .inputs = {"x", "w", ""},
                 .outputs = {"c"},
                 .attributes = {{"strides", std::vector<std::int64_t>{1, 2}},
                                {"alpha", 0.25F},
                                {"group", std::int64_t{-3}},
                                {"mode", std::string("linear")},
                                {"scales", std::vector<float>{1, 2.5F}},
                                {"value",
                                 OnnxTensor{.name = "t", .type = OnnxType::int64, .shape = {1}, .integers = {-7}}}},
                 .name = "first"}},
      .constants = {{.name = "w", .shape = {1, 2}, .floats = {-1.5F, 3}},
                    {.name = "i", .type = OnnxType::int32, .shape = {2}, .integers = {-1, 5}},
                    {.name = "b", .type = OnnxType::boolean, .shape = {}, .integers = {1}}},
      .inputs = {{.name = "x", .shape = {1, -1, 4}}},
      .outputs = {{.name = "c", .shape = {1, 2}}},
      .values = {{.name = "v", .shape = {}, .type = OnnxType::int64}}};
  return model;
}

// A file with one graph, of which `graph` is the message.
std::string file_of(const std::string& graph) {
  WireWriter opset, file;
  opset.number(2, 11);
  file.number(1, 6);
  file.text(7, graph);
  file.text(8, opset.bytes());
  return file.take();
}

std::string with_tensor(const WireWriter& tensor) {
  WireWriter graph;
  graph.text(5, tensor.bytes());
  return file_of(graph.bytes());
}

TEST(OnnxReader, reads_what_the_writer_wrote) {
  const std::string bytes = write_onnx(sample());
  const auto model = read_onnx(bytes);
  ASSERT_TRUE(model.has_value()) << model.error().message;
  EXPECT_EQ(model->opset, 10);
  const auto& graph = model->graph;
  ASSERT_EQ(graph.nodes.size(), 1U);
  EXPECT_THAT(graph.nodes[0].inputs, ElementsAre("x", "w", ""));
  EXPECT_THAT(integers_of(graph.nodes[0], "strides"), ElementsAre(1, 2));
  EXPECT_EQ(integer_of(graph.nodes[0], "group", 0), -3);
  EXPECT_EQ(real_of(graph.nodes[0], "alpha", 0), 0.25F);
  EXPECT_EQ(text_of(graph.nodes[0], "mode", ""), "linear");
  EXPECT_THAT(graph.constants[0].floats, ElementsAre(-1.5F, 3));
  EXPECT_THAT(graph.constants[1].integers, ElementsAre(-1, 5));
  EXPECT_THAT(graph.inputs[0].shape, ElementsAre(1, -1, 4));
  EXPECT_EQ(write_onnx(*model), bytes);
}

TEST(OnnxReader, refuses_a_file_that_is_cut_short_anywhere) {
  const std::string bytes = write_onnx(sample());
  for (std::size_t length = 0; length + 1 < bytes.size(); ++length)
    if (const auto model = read_onnx(std::string_view(bytes).substr(0, length)); model.has_value())
      EXPECT_EQ(model->graph.nodes.size(), 1U) << length;  // whole but for what stands behind the graph
  EXPECT_FALSE(read_onnx("").has_value());
  EXPECT_FALSE(read_onnx("no network at all").has_value());
}

TEST(OnnxReader, reads_numbers_however_they_are_stored) {
  WireWriter packed;
  packed.number(1, 2);
  packed.number(2, 10);
  packed.text(5, std::string("\x80\x78\x80\x80\x02", 5));  // halves 1.0 (0x3c00) and −0 … as varints
  packed.text(8, "half");
  const auto halves = read_onnx(with_tensor(packed));
  ASSERT_TRUE(halves.has_value()) << halves.error().message;
  EXPECT_THAT(halves->graph.constants[0].floats, ElementsAre(1.0F, -0.0F));
  WireWriter doubled;
  doubled.number(2, 11);
  doubled.text(9, std::string("\0\0\0\0\0\0\xf8\x3f", 8));
  EXPECT_THAT(read_onnx(with_tensor(doubled))->graph.constants[0].floats, ElementsAre(1.5F));
}

TEST(OnnxReader, knows_every_kind_of_half) {
  EXPECT_EQ(float_of_half(0x3c00), 1.0F);
  EXPECT_EQ(float_of_half(0xc000), -2.0F);
  EXPECT_EQ(float_of_half(0x7bff), 65504.0F);
  EXPECT_EQ(float_of_half(0x0001), 0x1p-24F);
  EXPECT_EQ(float_of_half(0x8001), -0x1p-24F);
  EXPECT_EQ(float_of_half(0x3155), 0.16662598F);
  EXPECT_TRUE(std::isinf(float_of_half(0x7c00)));
  EXPECT_TRUE(std::isnan(float_of_half(0x7e00)));
}

TEST(OnnxReader, holds_constants_against_their_shapes_before_it_takes_memory) {
  WireWriter huge;
  huge.number(1, 1LL << 30);
  huge.number(2, 1);
  huge.text(9, "1234");
  EXPECT_EQ(read_onnx(with_tensor(huge)).error().code, ErrorCode::invalid_input);
  WireWriter overflowing;
  for (int i = 0; i < 4; ++i) overflowing.number(1, 1LL << 31);
  overflowing.number(2, 1);
  EXPECT_EQ(read_onnx(with_tensor(overflowing)).error().code, ErrorCode::invalid_input);
  WireWriter negative;
  negative.number(1, -2);
  negative.number(2, 1);
  EXPECT_EQ(read_onnx(with_tensor(negative)).error().code, ErrorCode::invalid_input);
  WireWriter many;
  many.number(1, (4LL << 20) + 1);
  many.number(2, 7);
  EXPECT_EQ(read_onnx(with_tensor(many)).error().code, ErrorCode::too_large);
  WireWriter deep;
  for (int i = 0; i < 9; ++i) deep.number(1, 1);
  EXPECT_EQ(read_onnx(with_tensor(deep)).error().code, ErrorCode::too_large);
}

TEST(OnnxReader, refuses_what_it_does_not_read_by_name) {
  WireWriter outside;
  outside.number(2, 1);
  outside.text(8, "w");
  outside.text(13, "");
  EXPECT_THAT(read_onnx(with_tensor(outside)).error().message, HasSubstr("\"w\" is kept in another file"));
  WireWriter quantised;
  quantised.number(2, 3);
  quantised.text(8, "q");
  EXPECT_EQ(read_onnx(with_tensor(quantised)).error().code, ErrorCode::unsupported_format);
  WireWriter attribute, node, graph;
  attribute.text(1, "then_branch");
  attribute.text(6, "");
  node.text(4, "If");
  node.text(5, attribute.bytes());
  graph.text(1, node.bytes());
  EXPECT_THAT(read_onnx(file_of(graph.bytes())).error().message, HasSubstr("loops or conditions"));
  WireWriter foreign, other;
  foreign.text(4, "FusedThing");
  foreign.text(7, "com.example");
  other.text(1, foreign.bytes());
  EXPECT_THAT(read_onnx(file_of(other.bytes())).error().message, HasSubstr("com.example"));
}

TEST(OnnxReader, holds_to_its_limits) {
  auto model = sample();
  for (int i = 0; i < 30; ++i) model.graph.nodes.push_back({.op = "Relu", .inputs = {"x"}, .outputs = {"y"}});
  const std::string bytes = write_onnx(model);
  EXPECT_EQ(read_onnx(bytes, {.nodes = 30}).error().code, ErrorCode::too_large);
  EXPECT_EQ(read_onnx(bytes, {.names = 50}).error().code, ErrorCode::too_large);
  EXPECT_EQ(read_onnx(bytes, {.constants = 2}).error().code, ErrorCode::too_large);
  EXPECT_EQ(read_onnx(bytes, {.bytes = 100}).error().code, ErrorCode::too_large);
}

}  // namespace
}  // namespace sightglass::vision
