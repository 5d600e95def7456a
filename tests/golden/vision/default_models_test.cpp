// What the default models see on real pictures, with each runtime: a wrong order of colours, scale or letterbox shows
// here. Needs the models that ./setup makes, and the shared pictures.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "imaging/pipeline/picture_decoder.hpp"
#include "support/test_paths.hpp"
#include "vision/engine/engine.hpp"

namespace sightglass::vision {
namespace {

namespace fs = std::filesystem;
using core::Box;

fs::path from_environment(const char* name, const fs::path& otherwise) {
  const char* const said = std::getenv(name);
  return said == nullptr ? otherwise : fs::path(said);
}
fs::path shared() { return from_environment("SIGHTGLASS_SHARED", fs::path(SIGHTGLASS_SOURCE_DIR) / ".." / "shared"); }
fs::path bundles() {
  return from_environment("SIGHTGLASS_BUNDLES", fs::path(SIGHTGLASS_SOURCE_DIR) / "build" / "models" / "bundles");
}
fs::path onnxruntime() {
  const fs::path build = fs::path(SIGHTGLASS_SOURCE_DIR) / "build";
  for (const auto& folder : {fs::path(SIGHTGLASS_BINARY_DIR) / "lib", build / "release" / "lib"}) {
    if (fs::exists(folder / "libonnxruntime.so")) {
      return from_environment("SIGHTGLASS_ONNXRUNTIME", folder / "libonnxruntime.so");
    }
  }
  return from_environment("SIGHTGLASS_ONNXRUNTIME", build / "onnxruntime" / "libonnxruntime.so");
}

// The bundles of set-up, with the detector that a test wants.
class SetUpModels final : public ModelSupply {
 public:
  core::Result<std::vector<std::string>> models_of(std::string_view task) override {
    const auto found = by_task.find(task);
    return found == by_task.end() ? std::vector<std::string>{} : found->second;
  }
  core::Result<ModelBundle> bundle(std::string_view model) override {
    return ModelBundle::read(bundles() / model.substr(0, model.find('@')) / model.substr(model.find('@') + 1));
  }
  std::map<std::string, std::vector<std::string>, std::less<>> by_task{
      {"objects", {"centernet@1.0.0"}},
      {"text-finder", {"text-finder-640@1.0.0", "text-finder-480@1.0.0"}},
      {"text-recogniser",
       {"text-recogniser-96@1.0.0", "text-recogniser-160@1.0.0", "text-recogniser-320@1.0.0",
        "text-recogniser-640@1.0.0"}},
      {"text-direction", {"text-direction@1.0.0"}}};
};

class DefaultModels : public ::testing::TestWithParam<RuntimeChoice> {
 protected:
  void SetUp() override {
    if (!fs::exists(shared() / "data")) GTEST_SKIP() << "NOT TESTED: no shared pictures at " << shared();
    if (!fs::exists(bundles() / "centernet"))
      GTEST_SKIP() << "NOT TESTED: no models at " << bundles() << "; run ./setup";
    if (GetParam() == RuntimeChoice::onnxruntime && !fs::exists(onnxruntime())) {
      GTEST_SKIP() << "NOT TESTED: no ONNX Runtime at " << onnxruntime();
    }
    auto opened = Engine::open({.runtime = GetParam(), .onnxruntime_library = onnxruntime(), .open_code_reader = {}},
                               supply, clock);
    ASSERT_TRUE(opened) << opened.error().message << ": " << opened.error().cause;
    engine = std::move(*opened);
  }

  core::Raster picture(const std::string& file) {
    const fs::path path = shared() / "data" / file;
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    imaging::pipeline::PictureDecoder decoder;
    auto image = decoder.inspect(fd, {}, {});
    ::close(fd);
    if (!image) {
      ADD_FAILURE() << path << ": " << image.error().message;
      return {};
    }
    full_size = image->size;
    return std::move(image->raster);
  }

  // Detections on the picture's full size.
  std::vector<Detection> objects_on(const std::string& file) {
    const auto raster = picture(file);
    auto embedder = engine->embedder();
    if (!embedder) {
      ADD_FAILURE() << embedder.error().message << embedder.error().cause;
      return {};
    }
    auto pass = (*embedder)->pass(raster, 0.2);
    if (!pass) {
      ADD_FAILURE() << pass.error().message << pass.error().cause;
      return {};
    }
    embedding = embedding_of(*pass, (*embedder)->model());
    const double across = static_cast<double>(full_size.width) / raster.size.width;
    const double down = static_cast<double>(full_size.height) / raster.size.height;
    for (auto& detection : pass->detections) detection.box = core::scaled(detection.box, across, down);
    return pass->detections;
  }

  static bool has(const std::vector<Detection>& found, std::string_view label, double confidence, const Box& box) {
    for (const auto& each : found) {
      if (each.label == label && each.confidence >= confidence && core::overlap(each.box, box) >= 0.5) return true;
    }
    return false;
  }

  std::string text_on(const std::string& file) {
    auto reader = engine->text_reader();
    auto found = (*reader)->read(picture(file), {});
    EXPECT_TRUE(found) << found.error().message << found.error().cause;
    std::string all;
    if (found) {
      for (const auto& line : found->lines) all += line.text + "|";
    }
    return all;
  }

  SetUpModels supply{};
  core::SystemClock clock{};
  std::unique_ptr<Engine> engine{};
  core::Size full_size{};
  Embedding embedding{};
};

// Boxes by eye, on pictures of 2048×1536.
TEST_P(DefaultModels, see_elephants_at_a_distance_and_a_dog_near_by) {
  const auto elephants = objects_on("camera_traps/speciesnet/african_elephants.jpg");
  EXPECT_TRUE(has(elephants, "elephant", 0.45, {1140, 655, 205, 240}));
  EXPECT_TRUE(has(elephants, "elephant", 0.45, {1425, 725, 210, 195}));
  EXPECT_TRUE(has(elephants, "elephant", 0.4, {1715, 750, 210, 200}));
  EXPECT_TRUE(has(objects_on("camera_traps/speciesnet/domestic_dog.jpg"), "dog", 0.2, {530, 140, 1050, 920}));
}

TEST_P(DefaultModels, see_nothing_surely_on_an_empty_picture) {
  for (const auto& detection : objects_on("camera_traps/speciesnet/blank.jpg")) EXPECT_LT(detection.confidence, 0.35);
}

TEST_P(DefaultModels, embed_pictures_alike_that_look_alike) {
  const auto difference = [](const Embedding& a, const Embedding& b) {
    double product = 0, first = 0, second = 0;
    for (std::size_t index = 0; index < a.values.size(); ++index) {
      product += a.values[index] * b.values[index];
      first += a.values[index] * a.values[index];
      second += b.values[index] * b.values[index];
    }
    return 1 - product / std::sqrt(first * second);
  };
  objects_on("camera_traps/speciesnet/african_elephants.jpg");
  const auto elephants = embedding;
  EXPECT_EQ(elephants.values.size(), 1440U) << "mean and deviation of 192 and 528 channels";
  EXPECT_EQ(elephants.model, "centernet@1.0.0");
  objects_on("camera_traps/speciesnet/african_elephants_with_exif_orientation.jpg");
  const auto again = embedding;
  objects_on("camera_traps/speciesnet/domestic_dog.jpg");
  EXPECT_LT(10 * difference(elephants, again), difference(elephants, embedding));
}

TEST_P(DefaultModels, read_displays) {
  EXPECT_EQ(text_on("meter/lcd_pump/single_line__10A000.jpg"), "10.000|");
  EXPECT_EQ(text_on("meter/lcd_pump/single_line__28A336.jpg"), "28.336|");
}

TEST_P(DefaultModels, read_the_numbers_around_a_gauge) {
  const auto text = "|" + text_on("meter/gauge/g002_57ae9147.jpg");
  for (const char* number : {"|60|", "|80|", "|0|", "|100|", "|120|"}) {
    EXPECT_NE(text.find(number), std::string::npos) << number << " in " << text;
  }
}

TEST_P(DefaultModels, see_with_the_other_detector_too) {
  if (!fs::exists(bundles() / "nanodet")) GTEST_SKIP() << "NOT TESTED: nanodet is not installed";
  supply.by_task["embedding"] = {"centernet@1.0.0"};
  supply.by_task["objects"] = {"nanodet@1.0.0"};
  const auto elephants = objects_on("camera_traps/speciesnet/african_elephants.jpg");
  EXPECT_TRUE(has(elephants, "elephant", 0.4, {1140, 655, 205, 240}));
  EXPECT_TRUE(has(objects_on("camera_traps/speciesnet/vehicle.jpg"), "car", 0.6, {0, 20, 2048, 1090}));
}

INSTANTIATE_TEST_SUITE_P(, DefaultModels, ::testing::Values(RuntimeChoice::opencv, RuntimeChoice::onnxruntime),
                         [](const auto& each) {
                           return each.param == RuntimeChoice::opencv ? std::string("opencv") : "onnxruntime";
                         });

}  // namespace
}  // namespace sightglass::vision
