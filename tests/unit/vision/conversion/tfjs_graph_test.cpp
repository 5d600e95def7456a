#include "vision/conversion/tfjs_graph.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace sightglass::vision {
namespace {

using core::ErrorCode;
using testing::ElementsAre;
using testing::HasSubstr;

std::string document(const std::string& weights, const std::string& nodes = R"({"name":"a","op":"Const"})") {
  return R"({"modelTopology":{"node":[)" + nodes + R"(]},"weightsManifest":[{"paths":["x.bin"],"weights":[)" + weights +
         "]}]}";
}

TEST(TfjsGraph, reads_nodes_with_their_attributes) {
  const auto graph = read_tfjs(document("", R"({"name":"c","op":"Conv2D","input":["x","y:0","z:1","^control"],"attr":{
      "padding":{"s":"U0FNRQ=="},"strides":{"list":{"i":["1","2",2,"1"]}},"fused_ops":{"list":{"s":["Qmlhc0FkZA==","UmVsdQ=="]}},
      "alpha":{"f":0.1},"keep_dims":{"b":true},"N":{"i":"3"},"shape":{"shape":{"dim":[{"size":"1"},{"size":"-1"}]}}}})"),
                               "");
  ASSERT_TRUE(graph.has_value()) << graph.error().message;
  const auto& node = graph->nodes[0];
  EXPECT_THAT(node.inputs, ElementsAre("x", "y", "z:1"));
  EXPECT_EQ(node.attributes.at("padding").text, "SAME");
  EXPECT_THAT(node.attributes.at("strides").integers, ElementsAre(1, 2, 2, 1));
  EXPECT_THAT(node.attributes.at("fused_ops").texts, ElementsAre("BiasAdd", "Relu"));
  EXPECT_EQ(node.attributes.at("alpha").real, 0.1);
  EXPECT_TRUE(node.attributes.at("keep_dims").truth);
  EXPECT_EQ(node.attributes.at("N").integer, 3);
  EXPECT_THAT(node.attributes.at("shape").integers, ElementsAre(1, -1));
}

TEST(TfjsGraph, reads_weights_as_they_are_stored_one_after_the_other) {
  const std::string list = R"({"name":"a","shape":[2],"dtype":"float32","quantization":{"dtype":"float16"}},
      {"name":"b","shape":[],"dtype":"int32"},{"name":"c","shape":[2],"dtype":"float32","quantization":{"dtype":"uint8","scale":0.5,"min":-1}},
      {"name":"d","shape":[1],"dtype":"float32"},{"name":"e","shape":[1],"dtype":"bool"})";
  const std::string bytes("\x00\x3c\x00\xfc\xfe\xff\xff\xff\x00\x04\x00\x00\xc0\x3f\x01", 15);
  const auto graph = read_tfjs(document(list), bytes);
  ASSERT_TRUE(graph.has_value()) << graph.error().message;
  EXPECT_THAT(graph->weights.at("a").floats, ElementsAre(1.0F, -INFINITY));
  EXPECT_THAT(graph->weights.at("b").integers, ElementsAre(-2));
  EXPECT_THAT(graph->weights.at("c").floats, ElementsAre(-1.0F, 1.0F));
  EXPECT_THAT(graph->weights.at("d").floats, ElementsAre(1.5F));
  EXPECT_THAT(graph->weights.at("e").integers, ElementsAre(1));
}

TEST(TfjsGraph, wants_exactly_the_bytes_that_are_listed) {
  const std::string list = R"({"name":"a","shape":[2],"dtype":"float32"})";
  EXPECT_THAT(read_tfjs(document(list), "1234567").error().message, HasSubstr("longer than what is left"));
  EXPECT_THAT(read_tfjs(document(list), "123456789").error().message, HasSubstr("1 bytes of weights are left over"));
  EXPECT_TRUE(read_tfjs(document(list), "12345678").has_value());
}

TEST(TfjsGraph, refuses_what_is_no_model) {
  EXPECT_EQ(read_tfjs("{", "").error().code, ErrorCode::invalid_input);
  EXPECT_EQ(read_tfjs("[1,2]", "").error().code, ErrorCode::invalid_input);
  EXPECT_EQ(read_tfjs(R"({"modelTopology":{"node":7}})", "").error().code, ErrorCode::invalid_input);
  EXPECT_EQ(read_tfjs(document("", R"({"op":"Const"})"), "").error().code, ErrorCode::invalid_input);
  EXPECT_EQ(read_tfjs(document(R"({"name":"a","shape":[-1],"dtype":"float32"})"), "").error().code,
            ErrorCode::invalid_input);
  EXPECT_EQ(read_tfjs(document(R"({"name":"a","shape":[4294967296,4294967296],"dtype":"float32"})"), "").error().code,
            ErrorCode::invalid_input);
  EXPECT_EQ(read_tfjs(document(R"({"name":"a","shape":[1],"dtype":"string"})"), "").error().code,
            ErrorCode::unsupported_format);
  EXPECT_EQ(read_tfjs(std::string(40, '['), "").error().code, ErrorCode::invalid_input);
}

}  // namespace
}  // namespace sightglass::vision
