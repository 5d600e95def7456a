// A store with photos of painted pictures, and models that were taught on such.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <string>
#include <vector>

#include "database/analyses.hpp"
#include "database/findings.hpp"
#include "database/models.hpp"
#include "database/people.hpp"
#include "inspection/model_registry.hpp"
#include "inspection/process_photo.hpp"
#include "queue/task_queue.hpp"
#include "unit/ingest/house.hpp"
#include "unit/inspection/fake_instruments.hpp"
#include "unit/vision/anomaly/painted_embedder.hpp"
#include "vision/anomaly/train_anomaly.hpp"
#include "vision/heads/head_file.hpp"
#include "vision/model_bundle.hpp"
#include "vision/reference/reference_model.hpp"

namespace sightglass::inspection {

// Of "PIC good 7" grey noise with the seed 7, of "PIC bad 7" the same with a dark spot, with "printed" two squares
// more; half as large as photos here are said to be, and turned as it is told to.
inline constexpr core::Size painted_size{200, 150};
inline constexpr core::Box painted_spot{120, 40, 36, 36};

class PaintingDecoder final : public imaging::Decoder {
 public:
  explicit PaintingDecoder(imaging::Decoder& deriving) : deriving_(deriving) {}
  core::Result<imaging::DerivedImages> derive(int fd, const imaging::DerivePlan& plan,
                                              const imaging::Limits& limits) override {
    return deriving_.derive(fd, plan, limits);
  }
  core::Result<imaging::ImageProperties> measure(int, const imaging::Limits&) override {
    return core::fail(core::internal_error("nobody measures without looking"));
  }
  core::Result<imaging::InspectionImage> inspect(int fd, const imaging::RasterPlan& plan,
                                                 const imaging::Limits&) override {
    ++inspected;
    std::string head(32, '\0');
    const auto got = ::pread(fd, head.data(), head.size(), 0);
    head.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    imaging::InspectionImage image;
    image.raster = painted(head);
    image.size = {4000, 3000};
    if (plan.rotation == 180) {
      auto turned = image.raster;
      const auto pixels = static_cast<std::size_t>(turned.size.pixels());
      for (std::size_t i = 0; i < pixels; ++i)
        std::copy_n(image.raster.rgb.data() + 3 * i, 3, turned.rgb.data() + 3 * (pixels - 1 - i));
      image.raster = std::move(turned);
    }
    return image;
  }
  static core::Raster painted(const std::string& words) {
    auto raster = vision::noisy_picture(painted_size, std::stoull(words.substr(words.rfind(' '))));
    if (words.contains("printed")) {
      vision::paint(raster, 10, 20, 90, 250);
      vision::paint(raster, 160, 100, 40, 10);
    }
    if (words.contains("bad")) {
      vision::paint(raster, static_cast<int>(painted_spot.x), static_cast<int>(painted_spot.y),
                    static_cast<int>(painted_spot.width), 20);
    }
    return raster;
  }
  int inspected = 0;

 private:
  imaging::Decoder& deriving_;
};

// Learnt of forty good pictures, once for all tests.
inline const std::string& anomaly_bytes() {
  static const std::string bytes = [] {
    vision::AnomalyTraining training;
    training.recipe.channels = 10;
    training.recipe.projected = 16;
    training.recipe.bank = 200;
    training.recipe.ridge = 0.1;
    vision::PaintedEmbedder embedder;
    const auto picture = [](std::size_t place) -> core::Result<vision::GoodPicture> {
      return vision::GoodPicture{vision::noisy_picture(painted_size, place + 1), "good " + std::to_string(place), ""};
    };
    auto trained = vision::train_anomaly(picture, 40, embedder, training, {});
    return trained ? std::move(trained->file) : std::string();
  }();
  return bytes;
}

// A head that says `label` of everything; with a probability of a half each when it is unsure, which it then does not
// know.
inline std::string head_bytes(const std::string& label, bool is_sure = true) {
  constexpr std::size_t values = 48;  // of PaintedEmbedder
  vision::HeadParts parts{.backbone = "painted@1", .labels = {label, label + " not"}};
  parts.mean.assign(values, 0);
  parts.scale.assign(values, 1);
  parts.model.weights = vision::Matrix(2, values);
  parts.model.offsets = {is_sure ? 4.0F : 0.0F, 0.0F};
  parts.least_probability = 0.75;
  return vision::write_head(parts).value_or("");
}

class JudgingTest : public ::testing::Test {
 protected:
  JudgingTest() {
    instruments_.backbone = &backbone_;
    instruments_.models = {{"objects", "painted@1"}, {"embedding", "painted@1"}};
    workshop_.trained = &trained_;
  }
  core::Photo add_photo(const std::string& words, ingest::Submission submission = {}) {
    auto outcome = house_.accept(words, submission);
    EXPECT_TRUE(outcome);
    return outcome ? outcome->photo : core::Photo{};
  }
  core::UserId add_user(const std::string& name, core::Role role, bool is_disabled = false) {
    const core::User user{
        .id = core::UserId::make(house_.clock.now()), .name = name, .role = role, .is_disabled = is_disabled};
    EXPECT_TRUE(
        house_.database.write([&](database::Session& session) { return database::users::insert(session, user); }));
    return user.id;
  }
  core::AssetId add_asset(const std::string& code, const std::string& type = "pump") {
    const core::Asset asset{.id = core::AssetId::make(house_.clock.now()), .code = code, .name = code, .type = type};
    EXPECT_TRUE(
        house_.database.write([&](database::Session& session) { return database::assets::insert(session, asset); }));
    return asset.id;
  }
  database::models::Model add_model(std::string_view task, const std::string& version, const std::string& bytes,
                                    const std::string& backbone = "painted@1") {
    const std::string name(task);
    const database::models::Model model{.id = core::ModelId::make(house_.clock.now()),
                                        .name = name,
                                        .version = version,
                                        .task = name,
                                        .format = format_of(task, bytes),
                                        .state = "ready",
                                        .origin = "trained",
                                        .manifest = R"({"backbone":")" + backbone + R"("})",
                                        .key_prefix = "models/" + name + "/" + version + "/",
                                        .bytes = static_cast<std::int64_t>(bytes.size()),
                                        .sha256 = vision::sha256_of(bytes).to_hex(),
                                        .created_at = house_.clock.now()};
    EXPECT_TRUE(house_.store.put(model.key_prefix + std::string(trained_file_name), bytes,
                                 storage::BlobStore::Durability::durable));
    EXPECT_TRUE(
        house_.database.write([&](database::Session& session) { return database::models::insert(session, model); }));
    return model;
  }
  static std::string format_of(std::string_view task, const std::string& bytes) {
    if (task != anomaly_task) return std::string(head_format);
    return std::string(vision::is_reference_file(bytes) ? reference_format : anomaly_format);
  }
  void promote(const database::models::Model& model, const Scope& scope = {}) {
    const auto promoted = house_.database.write([&](database::Session& session) {
      return inspection::promote(session, {.model = model.id, .scope = scope, .person = "ann"}, house_.clock.now());
    });
    EXPECT_TRUE(promoted) << promoted.error().message;
  }
  void analyse(const core::Photo& photo) {
    const auto task = house_.database.read(
        [&](database::Session& session) { return queue::find(session, photo.task_id.value_or(core::TaskId{})); });
    house_.clock.advance(std::chrono::seconds(1));
    const auto outcome = process_photo(workshop_, task->value(), attempt_);
    EXPECT_TRUE(outcome) << outcome.error().message;
  }
  std::vector<core::Finding> findings_of(const core::Photo& photo) {
    return house_.database
        .read([&](database::Session& session) { return database::findings::of_photo(session, photo.id); })
        .value();
  }
  std::string verdict_of(const core::Photo& photo) {
    return house_.database.read([&](database::Session& session) { return database::photos::find(session, photo.id); })
        .value()
        ->verdict;
  }
  database::analyses::Analysis analysis_of(const core::Photo& photo) {
    return house_.database
        .read([&](database::Session& session) { return database::analyses::latest_of(session, photo.id); })
        .value()
        .value();
  }
  // The report of a step in the photo's latest analysis: "done", or the outcome and why.
  std::string step_of(const core::Photo& photo, std::string_view name) {
    for (const auto& value : boost::json::parse(analysis_of(photo).steps).as_array()) {
      const auto& step = value.as_object();
      if (std::string_view(step.at("step").as_string()) != name) continue;
      const std::string outcome(step.at("outcome").as_string());
      const std::string reason(step.at("reason").as_string());
      return reason.empty() ? outcome : outcome + ": " + reason;
    }
    return "absent";
  }

  ingest::House house_;
  PaintingDecoder decoder_{house_.decoder};
  vision::PaintedEmbedder backbone_;
  FakeInstruments instruments_;
  TrainedModels trained_{house_.database, house_.store};
  Workshop workshop_{.blobs = house_.store,
                     .database = house_.database,
                     .decoder = decoder_,
                     .instruments = instruments_,
                     .clock = house_.clock};
  queue::TaskLog log_{house_.clock};
  Attempt attempt_{.log = log_};
};

}  // namespace sightglass::inspection
