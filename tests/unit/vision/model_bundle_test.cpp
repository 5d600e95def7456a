#include "vision/model_bundle.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace sightglass::vision {
namespace {

namespace fs = std::filesystem;
using core::ErrorCode;
using testing::ElementsAre;
using testing::HasSubstr;

ModelDescription classifier() {
  ModelDescription model{.name = "parts", .version = "1", .task = ModelTask::classifier, .title = "Parts"};
  model.input = ModelInput{.name = "x", .shape = {1, 3, 8, 8}};
  model.output = ModelOutput{.layout = OutputLayout::softmax, .names = {"y"}};
  model.labels_file = "labels.txt";
  model.licence = {.name = "MIT", .file = "licence.txt"};
  return model;
}

ModelBundle::Files contents() {
  return {{"network.onnx", "bytes"}, {"labels.txt", "nut\nbolt\n"}, {"licence.txt", "MIT"}};
}

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "sightglass-bundle-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~TemporaryFolder() { fs::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

TEST(ModelBundle, is_sealed_with_the_sums_of_its_files) {
  const auto bundle = ModelBundle::seal(classifier(), contents());
  ASSERT_TRUE(bundle.has_value()) << bundle.error().message;
  EXPECT_THAT(bundle->description().labels, ElementsAre("nut", "bolt"));
  EXPECT_EQ(bundle->network(), "bytes");
  EXPECT_EQ(bundle->description().files.at("network.onnx").to_hex(),
            "277089d91c0bdf4f2e6862ba7e4a07605119431f5d13f726dd352b06f1b206a9");
  EXPECT_TRUE(bundle->file("none").empty());
}

TEST(ModelBundle, is_the_same_wherever_it_was_made) {
  const auto first = ModelBundle::seal(classifier(), contents());
  const auto second = ModelBundle::open(first->files());
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(first->sum(), second->sum());
  auto files = contents();
  files["labels.txt"] = "bolt\nnut\n";
  EXPECT_NE(ModelBundle::seal(classifier(), files)->sum(), first->sum());
}

TEST(ModelBundle, refuses_files_that_are_not_what_model_toml_states) {
  const auto whole = ModelBundle::seal(classifier(), contents())->files();
  auto files = whole;
  files["network.onnx"] = "other";
  EXPECT_THAT(ModelBundle::open(files).error().message, HasSubstr("network.onnx has another sum"));
  files = whole;
  files["extra.bin"] = "?";
  EXPECT_THAT(ModelBundle::open(files).error().message, HasSubstr("extra.bin is not stated"));
  files = whole;
  files.erase("licence.txt");
  EXPECT_THAT(ModelBundle::open(files).error().message, HasSubstr("licence.txt is missing"));
  files = whole;
  files.erase("model.toml");
  EXPECT_EQ(ModelBundle::open(files).error().code, ErrorCode::not_found);
}

TEST(ModelBundle, refuses_descriptions_that_name_files_it_has_not) {
  auto files = contents();
  files.erase("network.onnx");
  EXPECT_THAT(ModelBundle::seal(classifier(), files).error().message, HasSubstr("network.onnx is missing"));
  files = contents();
  files.erase("labels.txt");
  EXPECT_THAT(ModelBundle::seal(classifier(), files).error().message, HasSubstr("labels.txt is missing"));
  files = contents();
  files["labels.txt"] = "nut\n\nbolt";
  EXPECT_THAT(ModelBundle::seal(classifier(), files).error().message, HasSubstr("line 2 is empty"));
}

TEST(ModelBundle, refuses_too_many_files) {
  auto files = contents();
  for (int i = 0; i < 70; ++i) files["file" + std::to_string(i)] = "x";
  EXPECT_FALSE(ModelBundle::seal(classifier(), files).has_value());
}

TEST(ModelBundle, is_written_whole_and_read_again) {
  const TemporaryFolder folder;
  const auto bundle = ModelBundle::seal(classifier(), contents());
  const fs::path place = folder.path() / "parts" / "1";
  ASSERT_TRUE(bundle->write(place).has_value());
  const auto again = ModelBundle::read(place);
  ASSERT_TRUE(again.has_value()) << again.error().message;
  EXPECT_EQ(again->sum(), bundle->sum());
  EXPECT_EQ(bundle->write(place).error().code, ErrorCode::conflict);
  EXPECT_EQ(std::distance(fs::directory_iterator(place.parent_path()), {}), 1);
}

TEST(ModelBundle, is_not_read_from_a_folder_that_was_tampered_with) {
  const TemporaryFolder folder;
  const fs::path place = folder.path() / "1";
  ASSERT_TRUE(ModelBundle::seal(classifier(), contents())->write(place).has_value());
  std::ofstream(place / "network.onnx", std::ios::app) << "!";
  EXPECT_THAT(ModelBundle::read(place).error().message, HasSubstr("another sum"));
  fs::create_directory(place / "inner");
  EXPECT_THAT(ModelBundle::read(place).error().message, HasSubstr("inner is no file"));
  EXPECT_EQ(ModelBundle::read(folder.path()).error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace sightglass::vision
