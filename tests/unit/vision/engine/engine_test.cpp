#include "vision/engine/engine.hpp"

#include <gtest/gtest.h>

#include <map>

#include "unit/vision/test_rasters.hpp"
#include "vision/conversion/onnx_writer.hpp"

namespace sightglass::vision {
namespace {

using core::ErrorCode;

// 1×3×16×16 → "heat" 1×1×4×4 (the red channel's mean / 255), "wh" 1×4×4×4 (2 everywhere), and as taps the picture's own
// means "fine" and "coarse".
std::string small_backbone() {
  const auto pooling = [](std::string input, std::string output, std::int64_t side) {
    return OnnxNode{.op = "AveragePool",
                    .inputs = {std::move(input)},
                    .outputs = {output},
                    .attributes = {{.name = "kernel_shape", .value = std::vector<std::int64_t>{side, side}},
                                   {.name = "strides", .value = std::vector<std::int64_t>{side, side}}},
                    .name = output};
  };
  const auto convolution = [](std::string input, std::string weights, std::string output) {
    return OnnxNode{.op = "Conv",
                    .inputs = {std::move(input), weights, weights + "_bias"},
                    .outputs = {output},
                    .attributes = {{.name = "kernel_shape", .value = std::vector<std::int64_t>{1, 1}},
                                   {.name = "strides", .value = std::vector<std::int64_t>{1, 1}},
                                   {.name = "pads", .value = std::vector<std::int64_t>{0, 0, 0, 0}}},
                    .name = output};
  };
  OnnxGraph graph{.name = "small"};
  graph.constants = {{.name = "red", .shape = {1, 3, 1, 1}, .floats = {1.0F / 255, 0, 0}},
                     {.name = "red_bias", .shape = {1}, .floats = {0}},
                     {.name = "none", .shape = {4, 3, 1, 1}, .floats = std::vector<float>(12, 0)},
                     {.name = "none_bias", .shape = {4}, .floats = {2, 2, 2, 2}}};
  graph.nodes = {pooling("image", "fine", 4), pooling("fine", "coarse", 2), convolution("fine", "red", "heat"),
                 convolution("fine", "none", "wh")};
  graph.inputs = {{.name = "image", .shape = {1, 3, 16, 16}}};
  graph.outputs = {{.name = "heat", .shape = {1, 1, 4, 4}},
                   {.name = "wh", .shape = {1, 4, 4, 4}},
                   {.name = "fine", .shape = {1, 3, 4, 4}},
                   {.name = "coarse", .shape = {1, 3, 2, 2}}};
  return write_onnx({.graph = graph});
}

ModelBundle small_bundle(const std::string& name, ModelTask task, std::string network = small_backbone()) {
  ModelDescription description{
      .name = name,
      .version = "1",
      .task = task,
      .input = ModelInput{.name = "image", .shape = {1, 3, 16, 16}},
      .output = ModelOutput{.layout = OutputLayout::centernet, .names = {"heat", "wh"}, .taps = {"fine", "coarse"}},
      .labels = {name + "-thing"},
      .species = {{"animal", {name + "-thing"}}}};
  if (task != ModelTask::objects) {
    // Maps alone: only a detector has boxes and labels.
    description.output->layout = OutputLayout::features;
    description.labels.clear();
    description.species.clear();
  }
  description.licence.name = "none";
  auto bundle = ModelBundle::seal(description, {{std::string(network_file_name), std::move(network)}});
  if (!bundle) throw std::runtime_error(bundle.error().message + " " + bundle.error().field);
  return std::move(*bundle);
}

class FakeSupply final : public ModelSupply {
 public:
  core::Result<std::vector<std::string>> models_of(std::string_view task) override {
    const auto found = by_task.find(std::string(task));
    return found == by_task.end() ? std::vector<std::string>{} : found->second;
  }
  core::Result<ModelBundle> bundle(std::string_view model) override {
    ++bundles_read;
    const auto found = bundles.find(std::string(model));
    if (found == bundles.end()) return core::fail(core::not_found("gone"));
    return found->second;
  }
  void add(const std::string& task, const ModelBundle& bundle) {
    const std::string model = bundle.description().name + "@" + bundle.description().version;
    by_task[task].push_back(model);
    bundles.insert_or_assign(model, bundle);
  }
  std::map<std::string, std::vector<std::string>> by_task{};
  std::map<std::string, ModelBundle> bundles{};
  int bundles_read = 0;
};

class ManualClock final : public core::Clock {
 public:
  core::Instant now() const override { return time; }
  core::Instant time{};
};

class EngineTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = Engine::open({.runtime = RuntimeChoice::opencv, .open_code_reader = {}}, supply, clock);
    ASSERT_TRUE(opened) << opened.error().message;
    engine = std::move(*opened);
  }
  FakeSupply supply{};
  ManualClock clock{};
  std::unique_ptr<Engine> engine{};
};

TEST_F(EngineTest, loads_nothing_before_somebody_asks) {
  supply.add("objects", small_bundle("one", ModelTask::objects));
  EXPECT_EQ(engine->model_of("objects"), "one@1");
  EXPECT_EQ(engine->model_of("embedding"), "one@1") << "the objects' own backbone";
  EXPECT_EQ(engine->model_of("text-finder"), "");
  EXPECT_EQ(supply.bundles_read, 0);
  EXPECT_TRUE(engine->state().loaded.empty());
  EXPECT_EQ(engine->state().runtime.substr(0, 6), "opencv");
}

TEST_F(EngineTest, passes_a_picture_through_a_network_loaded_once) {
  supply.add("objects", small_bundle("one", ModelTask::objects));
  for (int time = 0; time < 2; ++time) {
    const auto embedder = engine->embedder();
    ASSERT_TRUE(embedder) << embedder.error().message;
    EXPECT_EQ((*embedder)->model(), "one@1");
    const auto pass = (*embedder)->pass(test::plain({16, 16}, 204, 0, 0), 0.3);
    ASSERT_TRUE(pass) << pass.error().message << pass.error().cause;
    ASSERT_FALSE(pass->detections.empty());
    EXPECT_EQ(pass->detections[0].label, "one-thing");
    EXPECT_NEAR(pass->detections[0].confidence, 0.8, 1e-5);
    EXPECT_EQ(embedding_of(*pass, "one@1").values.size(), 12U);
  }
  EXPECT_EQ(supply.bundles_read, 1);
  EXPECT_EQ(engine->state().loaded, std::vector<std::string>{"one@1"});
  EXPECT_GT(engine->state().network_bytes, 100);
}

TEST_F(EngineTest, gives_detections_of_the_objects_model_with_the_maps_of_the_backbone) {
  supply.add("embedding", small_bundle("back", ModelTask::embedding));
  supply.add("objects", small_bundle("other", ModelTask::objects));
  const auto embedder = engine->embedder();
  ASSERT_TRUE(embedder) << embedder.error().message;
  EXPECT_EQ((*embedder)->model(), "back@1");
  const auto pass = (*embedder)->pass(test::plain({16, 16}, 204, 0, 0), 0.3);
  ASSERT_TRUE(pass);
  ASSERT_FALSE(pass->detections.empty());
  EXPECT_EQ(pass->detections[0].label, "other-thing");
}

TEST_F(EngineTest, tells_which_labels_a_model_counts_to_a_group) {
  supply.add("objects", small_bundle("one", ModelTask::objects));
  EXPECT_EQ(engine->labels_of("objects", "animal"), std::vector<std::string>{"one-thing"});
  EXPECT_TRUE(engine->labels_of("objects", "plant").empty());
  EXPECT_TRUE(engine->labels_of("damage", "animal").empty());
}

TEST_F(EngineTest, takes_a_model_that_was_promoted_meanwhile) {
  supply.add("objects", small_bundle("one", ModelTask::objects));
  ASSERT_TRUE(engine->embedder());
  supply.by_task["objects"].clear();
  supply.add("objects", small_bundle("two", ModelTask::objects));
  EXPECT_EQ((*engine->embedder())->model(), "two@1");
}

TEST_F(EngineTest, drops_what_was_not_used_for_a_while) {
  supply.add("objects", small_bundle("one", ModelTask::objects));
  ASSERT_TRUE(engine->embedder());
  clock.time += std::chrono::minutes(9);
  ASSERT_TRUE(engine->embedder());
  clock.time += std::chrono::minutes(9);
  engine->drop_idle();
  EXPECT_EQ(engine->state().loaded.size(), 1U);
  clock.time += std::chrono::minutes(2);
  engine->drop_idle();
  EXPECT_TRUE(engine->state().loaded.empty());
  EXPECT_EQ(engine->state().network_bytes, 0);
  ASSERT_TRUE(engine->embedder());
  EXPECT_EQ(supply.bundles_read, 2);
}

TEST_F(EngineTest, says_not_found_for_what_is_not_installed) {
  EXPECT_EQ(engine->embedder().error().code, ErrorCode::not_found);
  EXPECT_EQ(engine->detector("objects").error().code, ErrorCode::not_found);
  EXPECT_EQ(engine->network("wheels").error().code, ErrorCode::not_found);
  EXPECT_EQ(engine->text_reader().error().code, ErrorCode::not_found);
  EXPECT_EQ(engine->code_reader().error().code, ErrorCode::not_found);
}

TEST_F(EngineTest, does_not_load_a_broken_model_for_every_photo) {
  supply.add("objects", small_bundle("broken", ModelTask::objects, "this is no network"));
  const auto first = engine->embedder();
  ASSERT_FALSE(first);
  EXPECT_NE(first.error().message.find("broken"), std::string::npos) << first.error().message;
  EXPECT_EQ(engine->embedder().error().message, first.error().message);
  EXPECT_EQ(supply.bundles_read, 1);
  clock.time += std::chrono::minutes(2);
  supply.bundles.clear();
  supply.by_task.clear();
  supply.add("objects", small_bundle("broken", ModelTask::objects));
  EXPECT_TRUE(engine->embedder()) << "it was mended";
}

TEST_F(EngineTest, tells_of_a_model_that_vanished) {
  supply.by_task["objects"] = {"gone@1"};
  EXPECT_EQ(engine->embedder().error().code, ErrorCode::not_found);
}

TEST_F(EngineTest, hands_out_networks_with_their_descriptions) {
  supply.add("wheels", small_bundle("wheels", ModelTask::wheels));
  const auto model = engine->network("wheels");
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(model->description->name, "wheels");
  Tensor input{.shape = {1, 3, 16, 16}, .values = std::vector<float>(768, 51)};
  const auto outputs = model->network->run(input);
  ASSERT_TRUE(outputs);
  EXPECT_EQ(outputs->size(), 4U) << "outputs, then taps";
}

TEST(Engine, is_not_opened_with_a_runtime_that_is_not_there) {
  FakeSupply supply;
  ManualClock clock;
  const auto opened = Engine::open({.runtime = RuntimeChoice::onnxruntime,
                                    .onnxruntime_library = "/nowhere/libonnxruntime.so",
                                    .open_code_reader = {}},
                                   supply, clock);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::unavailable);
}

TEST(Engine, goes_without_the_faster_runtime_and_says_why) {
  FakeSupply supply;
  ManualClock clock;
  const auto opened =
      Engine::open({.onnxruntime_library = "/nowhere/libonnxruntime.so", .open_code_reader = {}}, supply, clock);
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_EQ((*opened)->state().runtime.substr(0, 6), "opencv");
  EXPECT_NE((*opened)->state().why_not_faster.find("/nowhere"), std::string::npos);
}

}  // namespace
}  // namespace sightglass::vision
