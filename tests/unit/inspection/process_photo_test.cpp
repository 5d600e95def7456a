#include "inspection/process_photo.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include <algorithm>

#include "database/analyses.hpp"
#include "database/embeddings.hpp"
#include "database/findings.hpp"
#include "database/photos.hpp"
#include "filing/layout.hpp"
#include "filing/sidecar.hpp"
#include "inspection/write_results.hpp"
#include "queue/task_queue.hpp"
#include "unit/ingest/house.hpp"
#include "unit/inspection/fake_instruments.hpp"

namespace sightglass::inspection {
namespace {

using ingest::House;

// Sees every picture alike, half as large as it is; can be told to fail, and remembers what it was shown.
class MeasuringDecoder final : public imaging::Decoder {
 public:
  explicit MeasuringDecoder(imaging::Decoder& deriving) : deriving_(deriving) {}
  core::Result<imaging::DerivedImages> derive(int fd, const imaging::DerivePlan& plan,
                                              const imaging::Limits& limits) override {
    ++derived;
    if (before_deriving) before_deriving();
    return deriving_.derive(fd, plan, limits);
  }
  core::Result<imaging::ImageProperties> measure(int, const imaging::Limits&) override {
    return core::fail(core::internal_error("nobody measures without looking"));
  }
  core::Result<imaging::InspectionImage> inspect(int fd, const imaging::RasterPlan& plan,
                                                 const imaging::Limits&) override {
    ++inspected;
    rotation = plan.rotation;
    seen.resize(64);
    const auto got = ::pread(fd, seen.data(), seen.size(), 0);
    seen.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    if (failure) return core::fail(*failure);
    imaging::InspectionImage image;
    image.size = plan.rotation % 180 == 0 ? core::Size{4000, 3000} : core::Size{3000, 4000};
    image.raster.size = {image.size.width / 2, image.size.height / 2};
    image.properties.dominant_colours = {{.rgb = {255, 128, 0}, .share = 0.75}};
    image.properties.perceptual_hash = 0xf00000000000000fULL;
    image.properties.sharpness = 12.5;
    image.trap = noted;
    return image;
  }
  std::string seen;
  int derived = 0;
  int inspected = 0;
  std::int32_t rotation = 0;
  core::TrapFacts noted;
  std::function<void()> before_deriving;
  std::optional<core::Error> failure;

 private:
  imaging::Decoder& deriving_;
};

class ProcessPhoto : public ::testing::Test {
 protected:
  core::Photo accepted(std::string_view bytes, bool allow_damaged = false) {
    auto submission = house_.job_photo();
    submission.allow_damaged = allow_damaged;
    const auto outcome = house_.accept(bytes, submission);
    EXPECT_TRUE(outcome);
    return outcome->photo;
  }
  core::Task task_of(const core::Photo& photo) {
    const auto found = house_.database.read(
        [&](database::Session& session) { return queue::find(session, photo.task_id.value_or(core::TaskId{})); });
    EXPECT_TRUE(found && *found);
    return found->value_or(core::Task{});
  }
  std::optional<database::analyses::Analysis> analysis_of(const core::Photo& photo) {
    return *house_.database.read(
        [&](database::Session& session) { return database::analyses::latest_of(session, photo.id); });
  }
  core::Photo row_of(const core::Photo& photo) {
    return house_.database.read([&](database::Session& session) { return database::photos::find(session, photo.id); })
        ->value_or(core::Photo{});
  }

  House house_;
  MeasuringDecoder decoder_{house_.decoder};
  FakeInstruments instruments_;
  Workshop workshop_{.blobs = house_.store,
                     .database = house_.database,
                     .decoder = decoder_,
                     .instruments = instruments_,
                     .clock = house_.clock};
  queue::TaskLog log_{house_.clock};
  Attempt attempt_{.log = log_};
};

TEST_F(ProcessPhoto, writes_the_analysis_and_completes_the_photo) {
  const auto photo = accepted("PICture");
  ASSERT_TRUE(process_photo(workshop_, task_of(photo), attempt_));
  EXPECT_EQ(row_of(photo).status, core::ProcessingStatus::completed);
  const auto analysis = analysis_of(photo);
  ASSERT_TRUE(analysis);
  EXPECT_EQ(analysis->model, inspection_model);
  const auto properties = boost::json::parse(analysis->properties).as_object();
  EXPECT_EQ(properties.at("perceptual_hash").as_string(), "f00000000000000f");
  EXPECT_EQ(properties.at("dominant_colours").at(0).at("hex").as_string(), "#ff8000");
  EXPECT_EQ(decoder_.seen, "PICture");
}

TEST_F(ProcessPhoto, tells_what_was_seen_and_where_on_the_upright_original) {
  instruments_.detections = {{.label = "dog", .confidence = 0.9, .box = {100, 50, 200, 100}},
                             {.label = "cat", .confidence = 0.2, .box = {0, 0, 10, 10}}};
  instruments_.lines = {{.text = "0417", .confidence = 0.8, .box = {10, 20, 30, 40}}};
  instruments_.codes = {{.kind = "qr", .text = "part 7", .box = {1, 2, 3, 4}}};
  const auto photo = accepted("PICture");
  ASSERT_TRUE(process_photo(workshop_, task_of(photo), attempt_));
  const auto analysis = analysis_of(photo);
  ASSERT_TRUE(analysis);
  const auto objects = boost::json::parse(analysis->objects).as_array();
  ASSERT_EQ(objects.size(), 1U) << "what the network is not sure of is not told";
  EXPECT_EQ(objects[0].at("box"), boost::json::parse(R"({"x":200,"y":100,"width":400,"height":200})"));
  EXPECT_EQ(objects[0].at("relative").at("x").to_number<double>(), 0.05);
  EXPECT_EQ(boost::json::parse(analysis->text).at(0).at("text").as_string(), "0417");
  EXPECT_EQ(boost::json::parse(analysis->codes).at(0).at("kind").as_string(), "qr");
  EXPECT_EQ(boost::json::parse(analysis->labels).at(0).at("name").as_string(), "qr");
}

TEST_F(ProcessPhoto, networks_see_what_people_see_and_boxes_are_turned_back) {
  const auto photo = accepted("PICture");
  const auto turned = [&](database::Session& session) -> core::Result<void> {
    SG_TRY(session.execute("UPDATE photos SET rotation = 90, width = 3000, height = 4000 WHERE id = $1", {photo.id}));
    return {};
  };
  ASSERT_TRUE(house_.database.write(turned));
  instruments_.detections = {{.label = "dog", .confidence = 0.9, .box = {0, 0, 100, 200}}};
  ASSERT_TRUE(process_photo(workshop_, task_of(photo), attempt_));
  EXPECT_EQ(decoder_.rotation, 90);
  const auto objects = boost::json::parse(analysis_of(photo)->objects).as_array();
  ASSERT_EQ(objects.size(), 1U);
  // The left top corner of what is seen is the left bottom corner of the upright original.
  EXPECT_EQ(objects[0].at("box"), boost::json::parse(R"({"x":0,"y":2800,"width":400,"height":200})"));
}

TEST_F(ProcessPhoto, a_step_that_fails_is_told_and_the_others_are_done) {
  instruments_.text_failure = core::internal_error("the network gave no numbers");
  instruments_.codes = {{.kind = "qr", .text = "part 7", .box = {1, 2, 3, 4}}};
  const auto photo = accepted("PICture");
  ASSERT_TRUE(process_photo(workshop_, task_of(photo), attempt_));
  const auto steps = boost::json::parse(analysis_of(photo)->steps).as_array();
  const auto text = std::ranges::find_if(steps, [](const auto& step) { return step.at("step") == "text"; });
  ASSERT_NE(text, steps.end());
  EXPECT_EQ(text->at("outcome").as_string(), "failed");
  EXPECT_EQ(text->at("reason").as_string(), "the network gave no numbers");
  EXPECT_EQ(boost::json::parse(analysis_of(photo)->codes).as_array().size(), 1U);
  EXPECT_EQ(row_of(photo).status, core::ProcessingStatus::completed);
}

TEST_F(ProcessPhoto, without_models_measures_and_reads_codes) {
  instruments_.models.clear();
  const auto photo = accepted("PICture");
  ASSERT_TRUE(process_photo(workshop_, task_of(photo), attempt_));
  EXPECT_EQ(instruments_.passes, 0);
  const auto steps = boost::json::parse(analysis_of(photo)->steps).as_array();
  const auto objects = std::ranges::find_if(steps, [](const auto& step) { return step.at("step") == "objects"; });
  ASSERT_NE(objects, steps.end());
  EXPECT_EQ(objects->at("outcome").as_string(), "skipped");
}

TEST_F(ProcessPhoto, looks_once_at_two_photos_of_the_same_bytes) {
  instruments_.detections = {{.label = "dog", .confidence = 0.9, .box = {100, 50, 200, 100}}};
  const auto first = accepted("PICture");
  ASSERT_TRUE(process_photo(workshop_, task_of(first), attempt_));
  const auto second = accepted("PICture");
  ASSERT_TRUE(process_photo(workshop_, task_of(second), attempt_));
  EXPECT_EQ(decoder_.inspected, 1);
  EXPECT_EQ(analysis_of(second)->objects, analysis_of(first)->objects);
  EXPECT_EQ(analysis_of(second)->properties, analysis_of(first)->properties);
  EXPECT_EQ(analysis_of(second)->perceptual_hash, analysis_of(first)->perceptual_hash);
}

TEST_F(ProcessPhoto, looks_again_when_another_model_holds_or_what_was_seen_is_too_old) {
  const auto first = accepted("PICture");
  ASSERT_TRUE(process_photo(workshop_, task_of(first), attempt_));
  instruments_.models["objects"] = "net@2";
  ASSERT_TRUE(process_photo(workshop_, task_of(first), attempt_));
  EXPECT_EQ(decoder_.inspected, 2);
  house_.clock.advance(workshop_.content_kept + std::chrono::days(1));
  ASSERT_TRUE(process_photo(workshop_, task_of(first), attempt_));
  EXPECT_EQ(decoder_.inspected, 3);
}

TEST_F(ProcessPhoto, keeps_nothing_of_a_look_that_failed_in_part) {
  instruments_.text_failure = core::internal_error("not now");
  const auto photo = accepted("PICture");
  ASSERT_TRUE(process_photo(workshop_, task_of(photo), attempt_));
  instruments_.text_failure.reset();
  instruments_.lines = {{.text = "0417", .confidence = 0.8, .box = {10, 20, 30, 40}}};
  ASSERT_TRUE(process_photo(workshop_, task_of(photo), attempt_));
  EXPECT_EQ(boost::json::parse(analysis_of(photo)->text).as_array().size(), 1U);
}

TEST_F(ProcessPhoto, stops_between_steps_when_it_is_told_to) {
  const auto photo = accepted("PICture");
  int asked = 0;
  attempt_.should_stop = [&] { return ++asked > 2; };
  const auto outcome = process_photo(workshop_, task_of(photo), attempt_);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, core::ErrorCode::cancelled);
  EXPECT_FALSE(analysis_of(photo));
}

TEST_F(ProcessPhoto, keeps_the_embedding_with_the_photo) {
  const auto photo = accepted("PICture");
  ASSERT_TRUE(process_photo(workshop_, task_of(photo), attempt_));
  const auto kept = house_.database.read(
      [&](database::Session& session) { return database::embeddings::find(session, photo.id, "net@1", ""); });
  ASSERT_TRUE(kept && *kept);
  EXPECT_FALSE((*kept)->bytes.empty());
}

TEST_F(ProcessPhoto, keeps_what_the_camera_noted_of_a_photo_that_came_before_anybody_read_it) {
  const auto photo = accepted("PICture");
  decoder_.noted.moon_phase = core::MoonPhase::full_moon;
  decoder_.noted.serial = "H500HF07123456";
  ASSERT_TRUE(process_photo(workshop_, task_of(photo), attempt_));
  EXPECT_EQ(row_of(photo).metadata.trap, decoder_.noted);
  const auto sidecar = house_.store.read(filing::sidecar_key(photo.files));
  ASSERT_TRUE(sidecar);
  const auto read = filing::sidecar_from_json(*sidecar);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->photo.metadata.trap, decoder_.noted);
}

TEST_F(ProcessPhoto, of_a_picture_that_tells_nothing_keeps_what_was_known) {
  const auto photo = accepted("PICture");
  core::TrapFacts named;
  named.temperature = -4;
  ASSERT_TRUE(house_.database.write(
      [&](database::Session& session) { return database::photos::set_trap_facts(session, photo.id, named); }));
  ASSERT_TRUE(process_photo(workshop_, task_of(photo), attempt_));
  EXPECT_EQ(row_of(photo).metadata.trap, named);
}

TEST_F(ProcessPhoto, running_twice_leaves_one_analysis) {
  const auto photo = accepted("PICture");
  ASSERT_TRUE(process_photo(workshop_, task_of(photo), attempt_));
  const auto first = analysis_of(photo);
  ASSERT_TRUE(process_photo(workshop_, task_of(photo), attempt_));
  const auto second = analysis_of(photo);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->id, second->id);
}

TEST_F(ProcessPhoto, makes_missing_derived_images_again) {
  const auto photo = accepted("PICture");
  ASSERT_TRUE(house_.store.remove(photo.files.thumbnail));
  ASSERT_TRUE(process_photo(workshop_, task_of(photo), attempt_));
  EXPECT_EQ(decoder_.derived, 1);
  house_.expect_whole(row_of(photo));
}

TEST_F(ProcessPhoto, measures_a_damaged_picture_on_its_display_image) {
  const auto photo = accepted("CUT off", true);
  ASSERT_TRUE(process_photo(workshop_, task_of(photo), attempt_));
  EXPECT_TRUE(decoder_.seen.starts_with("display ")) << decoder_.seen;
}

TEST_F(ProcessPhoto, a_picture_that_cannot_be_measured_completes_nothing) {
  const auto photo = accepted("PICture");
  decoder_.failure = core::Error{.code = core::ErrorCode::corrupt_image, .message = "no"};
  const auto outcome = process_photo(workshop_, task_of(photo), attempt_);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, core::ErrorCode::corrupt_image);
  EXPECT_EQ(row_of(photo).status, core::ProcessingStatus::processing);
  EXPECT_FALSE(analysis_of(photo));
}

TEST_F(ProcessPhoto, a_photo_deleted_meanwhile_is_not_found) {
  const auto photo = accepted("PICture");
  const auto task = task_of(photo);
  ASSERT_TRUE(
      *house_.database.write([&](database::Session& session) { return database::photos::remove(session, photo.id); }));
  const auto outcome = process_photo(workshop_, task, attempt_);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, core::ErrorCode::not_found);
}

TEST_F(ProcessPhoto, leaves_no_files_of_a_photo_deleted_while_its_images_were_made_again) {
  const auto photo = accepted("PICture");
  const auto task = task_of(photo);
  ASSERT_TRUE(house_.store.remove(photo.files.thumbnail));
  decoder_.before_deriving = [&] {
    EXPECT_TRUE(
        house_.database.write([&](database::Session& session) { return database::photos::remove(session, photo.id); }));
    for (const auto& key : house_.files("images/")) EXPECT_TRUE(house_.store.remove(key));
  };
  const auto outcome = process_photo(workshop_, task, attempt_);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, core::ErrorCode::not_found);
  EXPECT_TRUE(house_.files("images/").empty());
}

}  // namespace
}  // namespace sightglass::inspection
