// The whole way with a network as it is shipped: learn of good pictures, keep the model, judge photos by it.
#include <filesystem>

#include "support/test_paths.hpp"
#include "unit/inspection/judging_house.hpp"
#include "vision/engine/engine.hpp"

namespace sightglass::inspection {
namespace {

class OneBundle final : public vision::ModelSupply {
 public:
  explicit OneBundle(vision::ModelBundle bundle) : bundle_(std::move(bundle)) {}
  std::string label() const { return bundle_.description().name + "@" + bundle_.description().version; }
  core::Result<std::vector<std::string>> models_of(std::string_view task) override {
    return task == "objects" ? std::vector{label()} : std::vector<std::string>{};
  }
  core::Result<vision::ModelBundle> bundle(std::string_view) override { return bundle_; }

 private:
  vision::ModelBundle bundle_;
};

class RealNetwork : public JudgingTest {
 protected:
  void SetUp() override {
    const auto folder = std::filesystem::path(SIGHTGLASS_SOURCE_DIR) / "build/models/bundles/centernet/1.0.0";
    if (!std::filesystem::exists(folder)) GTEST_SKIP() << folder << " is absent: tools/fetch_models did not make it";
    auto bundle = vision::ModelBundle::read(folder);
    ASSERT_TRUE(bundle) << bundle.error().message;
    supply_ = std::make_unique<OneBundle>(std::move(*bundle));
    auto engine = vision::Engine::open({.runtime = vision::RuntimeChoice::opencv, .open_code_reader = {}}, *supply_,
                                       house_.clock);
    ASSERT_TRUE(engine) << engine.error().message;
    engine_ = std::move(*engine);
  }
  std::string trained_bytes() {
    const auto picture = [](std::size_t place) -> core::Result<vision::GoodPicture> {
      return vision::GoodPicture{PaintingDecoder::painted("PIC good " + std::to_string(place + 1)),
                                 "good " + std::to_string(place), ""};
    };
    auto* embedder = engine_->embedder().value();
    vision::AnomalyTraining training;
    training.recipe.bank = 500;
    auto trained = vision::train_anomaly(picture, 12, *embedder, training, {});
    EXPECT_TRUE(trained) << trained.error().message;
    return trained ? trained->file : std::string();
  }

  std::unique_ptr<OneBundle> supply_;
  std::unique_ptr<vision::Engine> engine_;
};

TEST_F(RealNetwork, tells_a_spoilt_picture_from_good_ones) {
  promote(add_model(anomaly_task, "1", trained_bytes(), supply_->label()));
  Workshop workshop{.blobs = house_.store,
                    .database = house_.database,
                    .decoder = decoder_,
                    .instruments = *engine_,
                    .clock = house_.clock,
                    .without = {"codes", "text"},
                    .trained = &trained_};
  const auto photo = add_photo("PIC bad 900");
  const auto task = house_.database.read(
      [&](database::Session& session) { return queue::find(session, photo.task_id.value_or(core::TaskId{})); });
  ASSERT_TRUE(process_photo(workshop, task->value(), attempt_));
  EXPECT_EQ(step_of(photo, "anomalies"), "done");
  EXPECT_EQ(verdict_of(photo), "NG");
  const auto found = findings_of(photo);
  ASSERT_FALSE(found.empty());
  EXPECT_TRUE(std::ranges::any_of(found, [](const core::Finding& one) {
    return one.box && core::overlap(*one.box, core::scaled(painted_spot, 20, 20)) > 0.1;
  }));
}

}  // namespace
}  // namespace sightglass::inspection
