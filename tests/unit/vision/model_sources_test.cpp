#include "vision/model_sources.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "support/test_paths.hpp"
#include "vision/build_bundles.hpp"
#include "vision/conversion_child.hpp"
#include "vision/model_file.hpp"

namespace sightglass::vision {
namespace {

namespace fs = std::filesystem;
using core::ErrorCode;
using testing::HasSubstr;

const fs::path models = fs::path(SIGHTGLASS_SOURCE_DIR) / "models";

std::string text_of(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(ModelSources, describe_every_model_that_they_name) {
  const auto sources = read_model_sources(text_of(models / "sources.toml"));
  ASSERT_TRUE(sources.has_value()) << sources.error().message;
  EXPECT_EQ(sources->models.size(), 12U);
  for (const auto& model : sources->models) {
    const auto description = read_model_file(text_of(models / model.name / "model.toml"));
    ASSERT_TRUE(description.has_value()) << model.name << ": " << description.error().message;
    EXPECT_EQ(description->name, model.name);
    EXPECT_TRUE(fs::is_regular_file(models / model.licence)) << model.licence;
    EXPECT_FALSE(description->licence.file.empty()) << model.name;
    const std::map<std::string, std::size_t> sizes{
        {"labels/coco-80.txt", 80}, {"labels/tenths.txt", 100}, {"labels/digits-point.txt", 11}};
    if (!model.labels.empty()) EXPECT_EQ(read_labels(text_of(models / model.labels))->size(), sizes.at(model.labels));
    if (model.package.empty()) EXPECT_TRUE(fs::is_regular_file(models / model.name / model.members.at(0).path));
    for (const auto& name : description->output->names)
      EXPECT_TRUE(std::ranges::find(model.outputs, name, &std::pair<std::string, std::string>::second) !=
                  model.outputs.end())
          << model.name << " " << name;
  }
}

TEST(ModelSources, refuse_what_is_wrong_by_its_key) {
  const std::string whole = text_of(models / "sources.toml");
  const struct {
    std::string_view from, to, field;
  } cases[] = {
      {"[[package]]", "[package]", "line"},
      {"sha512 = \"36", "sha512 = \"3", "package[0].sha512"},
      {"version = \"3.3.6\"", "vresion = \"3.3.6\"", "package[0].vresion"},
      {"kind = \"tfjs\"", "kind = \"pickle\"", "model[0].kind"},
      {"\"models/centernet.json\"", "\"../centernet.json\"", "model[0]"},
      {"package = \"@vladmandic/human\"", "package = \"@other/human\"", "model.centernet.package"},
      {"network = \"2611", "network = \"261", "model[0].network"},
      {"\"4b3607", "\"4b360", "library[0].member"},
  };
  for (const auto& each : cases) {
    const auto sources = read_model_sources(replaced(whole, each.from, each.to));
    ASSERT_FALSE(sources.has_value()) << each.to;
    EXPECT_EQ(sources.error().code, ErrorCode::invalid_input);
    EXPECT_THAT(sources.error().field, testing::StartsWith(std::string(each.field))) << sources.error().message;
  }
}

TEST(ModelSources, name_packages_as_npm_packs_them) {
  EXPECT_EQ(packed_name("@vladmandic/human", "3.3.6"), "vladmandic-human-3.3.6");
  EXPECT_EQ(packed_name("plain", "1.0.0-a"), "plain-1.0.0-a");
}

TEST(NetworkWish, goes_to_another_process_and_back) {
  const NetworkWish wish{.name = "n",
                         .input = "image \"x\"",
                         .input_shape = {1, 3, 4, 5},
                         .outputs = {{"a/b", "a"}, {"c:1", "c"}},
                         .kind = NetworkKind::tfjs};
  const auto again = wish_from_json(to_json(wish));
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(to_json(*again), to_json(wish));
  EXPECT_EQ(again->outputs, wish.outputs);
  EXPECT_EQ(again->input_shape, wish.input_shape);
}

TEST(NetworkWish, is_refused_when_it_is_none) {
  for (const char* text :
       {"", "[]", "{}", R"({"kind":"x"})", R"({"kind":"onnx","name":1,"input":"i","shape":[1],"outputs":[]})",
        R"({"kind":"onnx","name":"n","input":"i","shape":["1"],"outputs":[]})",
        R"({"kind":"onnx","name":"n","input":"i","shape":[1],"outputs":[["a"]]})"})
    EXPECT_EQ(wish_from_json(text).error().code, ErrorCode::invalid_input) << text;
}

TEST(ConversionChild, answers_with_a_network_or_with_what_is_wrong) {
  EXPECT_EQ(conversion_outcome(conversion_answer(std::string("bytes\0more", 10))).value(),
            std::string("bytes\0more", 10));
  const auto refused = conversion_outcome(conversion_answer(core::fail(ErrorCode::unsupported_format, "no Einsum")));
  EXPECT_EQ(refused.error().code, ErrorCode::unsupported_format);
  EXPECT_EQ(refused.error().message, "no Einsum");
}

TEST(ConversionChild, does_not_believe_answers_that_are_none) {
  for (const char* answer : {"", "-", "x", "-999 hello", "-1", "--1 x", "- x"})
    EXPECT_EQ(conversion_outcome(answer).error().code, ErrorCode::unavailable) << answer;
}

TEST(ConversionChild, says_that_a_program_or_a_file_is_missing) {
  EXPECT_EQ(convert_in_child("/nonexistent/worker", {}, {}).error().code, ErrorCode::unavailable);
  EXPECT_EQ(convert_in_child("/bin/true", {}, {"/nonexistent/file"}).error().code, ErrorCode::not_found);
  EXPECT_THAT(convert_in_child("/bin/true", {}, {}).error().message, HasSubstr("no answer"));
}

}  // namespace
}  // namespace sightglass::vision
