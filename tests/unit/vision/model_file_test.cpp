#include "vision/model_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sightglass::vision {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string detector = R"(name = "nano"
version = "1.0.0-a+b"
task = "objects"
format = "onnx"
[input]
name = "image"
shape = [1, 3, 416, 320]
colour = "bgr"
fit = "letterbox"
fill = 114
mean = [103.53, 116.28, 123.675]
deviation = [57.375, 57.12, 58.395]
[output]
layout = "yolov8"
names = ["out"]
taps = ["fine", "coarse"]
confidence = 0.25
nms = 0.45
[labels]
values = ["animal", "person \"x\"", "Fahrzeug äöü \\"]
[species]
animal = ["animal"]
[source]
package = "@a/b"
package_version = "1.2.3"
members = ["models/x.onnx"]
[licence]
name = "MIT"
note = "none stated"
file = "licence.txt"
[files]
"network.onnx" = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
[metrics]
mAP50 = 0.534
pictures = 5000
)";

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

core::Error error_of(const std::string& text) {
  auto model = read_model_file(text);
  EXPECT_FALSE(model.has_value()) << text;
  return model ? core::Error{} : model.error();
}

TEST(ModelFile, reads_what_it_says) {
  const auto model = read_model_file(detector);
  ASSERT_TRUE(model.has_value()) << model.error().message;
  EXPECT_EQ(model->name, "nano");
  EXPECT_EQ(model->title, "nano");
  EXPECT_EQ(model->task, ModelTask::objects);
  ASSERT_TRUE(model->input && model->output);
  EXPECT_EQ(model->input->size(), (core::Size{320, 416}));
  EXPECT_EQ(model->input->colour, ColourOrder::bgr);
  EXPECT_EQ(model->input->fill, 114);
  EXPECT_THAT(model->input->mean, ElementsAre(103.53F, 116.28F, 123.675F));
  EXPECT_EQ(model->output->layout, OutputLayout::yolov8);
  EXPECT_THAT(model->output->taps, ElementsAre("fine", "coarse"));
  EXPECT_EQ(model->output->confidence, 0.25);
  EXPECT_THAT(model->labels, ElementsAre("animal", "person \"x\"", "Fahrzeug äöü \\"));
  EXPECT_THAT(model->species.at("animal"), ElementsAre("animal"));
  EXPECT_EQ(model->licence.note, "none stated");
  EXPECT_EQ(model->metrics.at("mAP50"), "0.534");
  EXPECT_EQ(model->files.at("network.onnx").to_hex().substr(0, 8), "e3b0c442");
}

TEST(ModelFile, writes_what_reads_as_the_same) {
  const auto model = read_model_file(detector);
  ASSERT_TRUE(model.has_value());
  const std::string text = write_model_file(*model);
  const auto again = read_model_file(text);
  ASSERT_TRUE(again.has_value()) << again.error().message << text;
  EXPECT_EQ(write_model_file(*again), text);
  EXPECT_EQ(again->labels, model->labels);
  EXPECT_EQ(again->input->mean, model->input->mean);
  EXPECT_EQ(again->output->nms, model->output->nms);
  EXPECT_EQ(again->files, model->files);
  EXPECT_EQ(again->metrics, model->metrics);
}

TEST(ModelFile, reads_what_was_made_of_a_backbone_s_features) {
  const std::string head = R"(name = "rust"
version = "3"
task = "damage"
format = "sightglass-head"
[backbone]
name = "centernet"
version = "1.0.0"
network = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
)";
  const auto model = read_model_file(head);
  ASSERT_TRUE(model.has_value()) << model.error().message;
  EXPECT_EQ(model->backbone->name, "centernet");
  const auto again = read_model_file(write_model_file(*model));
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->backbone->network, model->backbone->network);
  EXPECT_EQ(error_of(replaced(head, "[backbone]", "[species]")).field, "species.name");
  EXPECT_EQ(error_of(head.substr(0, head.find("[backbone]"))).field, "backbone");
}

TEST(ModelFile, names_the_key_that_was_probably_meant) {
  const auto top = error_of(replaced(detector, "version =", "verison ="));
  EXPECT_EQ(top.field, "verison");
  EXPECT_THAT(top.message, HasSubstr("did you mean \"version\"?"));
  const auto inner = error_of(replaced(detector, "deviation =", "std_deviation ="));
  EXPECT_EQ(inner.field, "input.std_deviation");
  EXPECT_THAT(inner.message, HasSubstr("did you mean \"input.deviation\"?"));
}

TEST(ModelFile, refuses_each_wrong_value_by_its_key) {
  const struct {
    std::string_view from, to, field;
  } cases[] = {
      {"name = \"nano\"", "name = \"Nano Det\"", "name"},
      {"name = \"nano\"", "name = 7", "name"},
      {"1.0.0-a+b", "../1", "version"},
      {"task = \"objects\"", "task = \"object\"", "task"},
      {"task = \"objects\"", "task = \"text-finder\"", "output.layout"},
      {"format = \"onnx\"", "format = \"pickle\"", "format"},
      {"format = \"onnx\"", "format = \"sightglass-head\"", "input"},
      {"[1, 3, 416, 320]", "[1, 3, 416]", "input.shape"},
      {"[1, 3, 416, 320]", "[2, 3, 416, 320]", "input.shape"},
      {"[1, 3, 416, 320]", "[1, 1, 416, 320]", "input.shape"},
      {"[1, 3, 416, 320]", "[1, 3, 0, 320]", "input.shape"},
      {"[1, 3, 416, 320]", "[1, 3, 41.5, 320]", "input.shape"},
      {"[1, 3, 416, 320]", "[1, 3, \"416\", 320]", "input.shape"},
      {"\"bgr\"", "\"brg\"", "input.colour"},
      {"\"letterbox\"", "\"pad\"", "input.fit"},
      {"fill = 114", "fill = 256", "input.fill"},
      {"103.53, 116.28", "nan, 116.28", "input.mean"},
      {"103.53, 116.28", "1e300, 116.28", "input.mean"},
      {"57.375, 57.12, 58.395", "0, 1, 1", "input.deviation"},
      {"57.375, 57.12, 58.395", "1, 1", "input.deviation"},
      {"\"yolov8\"", "\"yolov9\"", "output.layout"},
      {"names = [\"out\"]", "names = []", "output.names"},
      {"names = [\"out\"]", "names = \"out\"", "output.names"},
      {"confidence = 0.25", "confidence = 1.5", "output.confidence"},
      {"nms = 0.45", "nms = inf", "output.nms"},
      {"values = [\"animal\"", "values = [\"\"", "labels.values"},
      {"values = [", "file = \"labels.txt\"\nvalues = [", "labels.file"},
      {"file = \"licence.txt\"", "file = \"../licence.txt\"", "licence.file"},
      {"name = \"MIT\"", "name = \"M\\u0007IT\"", "licence.name"},
      {"\"network.onnx\" =", "\"a/network.onnx\" =", "files.a/network.onnx"},
      {"\"network.onnx\" =", "\"model.toml\" =", "files.model.toml"},
      {"sha256:e3b0", "sha256:e3b", "files.network.onnx"},
      {"sha256:e3b0", "md5:e3b0", "files.network.onnx"},
      {"mAP50 = 0.534", "mAP50 = [1]", "metrics.mAP50"},
      {"[output]", "[outputs]", "outputs"},
      {"name = \"nano\"", "name = ", "model.toml"},
  };
  for (const auto& each : cases) {
    const auto error = error_of(replaced(detector, each.from, each.to));
    EXPECT_EQ(error.code, core::ErrorCode::invalid_input) << each.to;
    EXPECT_EQ(error.field, each.field) << each.to << ": " << error.message;
  }
}

TEST(ModelFile, refuses_headers_without_a_name) {
  for (const char* header :
       {"[/input]", "[[/input]]", "[[[input]]]", "[", "[ \t", "[]", "[.a]", "[\xc3\xa4]", "\xef\xbb\xbf[=]"})
    EXPECT_EQ(error_of(std::string(header) + "\n" + detector).field, "line 1") << header;
  EXPECT_EQ(error_of(detector + "\r  [*]").code, core::ErrorCode::invalid_input);
}

TEST(ModelFile, wants_names_for_classes) {
  const auto from = detector.find("[labels]"), to = detector.find("[species]");
  EXPECT_EQ(error_of(detector.substr(0, from) + detector.substr(to)).field, "labels");
}

TEST(ModelFile, refuses_an_input_over_the_limit) {
  EXPECT_EQ(error_of(replaced(detector, "[1, 3, 416, 320]", "[1, 3, 1800, 1800]")).code, core::ErrorCode::too_large);
}

TEST(LabelsFile, takes_lines_in_order_whatever_ends_them) {
  EXPECT_THAT(read_labels("a\r\nb c\n\xc3\xa4").value(), ElementsAre("a", "b c", "ä"));
  EXPECT_THAT(read_labels("a\n").value(), ElementsAre("a"));
}

TEST(LabelsFile, refuses_what_would_shift_the_classes) {
  EXPECT_FALSE(read_labels("").has_value());
  EXPECT_FALSE(read_labels("a\n\nb\n").has_value());
  EXPECT_FALSE(read_labels("a\n\xff\n").has_value());
  EXPECT_FALSE(read_labels("a\n\xc0\x80\n").has_value());
  EXPECT_EQ(read_labels(std::string(201, 'a')).error().code, core::ErrorCode::too_large);
  std::string many;
  for (int i = 0; i <= max_labels; ++i) many += "a\n";
  EXPECT_EQ(read_labels(many).error().code, core::ErrorCode::too_large);
}

}  // namespace
}  // namespace sightglass::vision
