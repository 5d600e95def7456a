#include "vision/conversion/onnx_writer.hpp"

#include <gtest/gtest.h>

#include "vision/conversion/protobuf_wire.hpp"

namespace sightglass::vision {
namespace {

TEST(WireWriter, writes_what_the_format_s_own_documentation_shows) {
  WireWriter message;
  message.number(1, 150);
  message.text(2, "testing");
  EXPECT_EQ(message.bytes(), std::string("\x08\x96\x01\x12\x07testing"));
}

TEST(WireWriter, writes_negative_numbers_as_ten_bytes) {
  WireWriter message;
  message.number(1, -1);
  EXPECT_EQ(message.bytes(), std::string("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"));
}

TEST(OnnxWriter, writes_the_same_bytes_each_time) {
  OnnxModel model;
  model.graph = {.name = "add",
                 .nodes = {{.op = "Add", .inputs = {"x", "one"}, .outputs = {"y"}}},
                 .constants = {{.name = "one", .shape = {1}, .floats = {1.0F}}},
                 .inputs = {{.name = "x", .shape = {1, 2}}},
                 .outputs = {{.name = "y", .shape = {1, 2}}}};
  const std::string bytes = write_onnx(model);
  EXPECT_EQ(bytes, write_onnx(model));
  EXPECT_EQ(bytes.substr(0, 2), std::string("\x08\x05"));  // ir_version 5
  EXPECT_NE(bytes.find(std::string("\x00\x00\x80\x3f", 4)), std::string::npos);
}

}  // namespace
}  // namespace sightglass::vision
