#include "inspection/process_photo.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "database/analyses.hpp"
#include "queue/task_queue.hpp"
#include "unit/ingest/house.hpp"

namespace sightglass::inspection {
namespace {

using ingest::House;

// Measures every picture alike; can be told to fail, and remembers what it was shown.
class MeasuringDecoder final : public imaging::Decoder {
 public:
  explicit MeasuringDecoder(imaging::Decoder& deriving) : deriving_(deriving) {}
  core::Result<imaging::DerivedImages> derive(int fd, const imaging::DerivePlan& plan,
                                              const imaging::Limits& limits) override {
    ++derived;
    if (before_deriving) before_deriving();
    return deriving_.derive(fd, plan, limits);
  }
  core::Result<imaging::ImageProperties> measure(int fd, const imaging::Limits&) override {
    seen.resize(64);
    const auto got = ::pread(fd, seen.data(), seen.size(), 0);
    seen.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    if (failure) return core::fail(*failure);
    imaging::ImageProperties properties;
    properties.dominant_colours = {{.rgb = {255, 128, 0}, .share = 0.75}};
    properties.perceptual_hash = 0xf00000000000000fULL;
    properties.sharpness = 12.5;
    return properties;
  }
  std::string seen;
  int derived = 0;
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
  Workshop workshop_{.blobs = house_.store, .database = house_.database, .decoder = decoder_, .clock = house_.clock};
  queue::TaskLog log_{house_.clock};
};

TEST_F(ProcessPhoto, writes_the_analysis_and_completes_the_photo) {
  const auto photo = accepted("PICture");
  ASSERT_TRUE(process_photo(workshop_, task_of(photo), log_));
  EXPECT_EQ(row_of(photo).status, core::ProcessingStatus::completed);
  const auto analysis = analysis_of(photo);
  ASSERT_TRUE(analysis);
  EXPECT_EQ(analysis->model, properties_model);
  const auto properties = boost::json::parse(analysis->properties).as_object();
  EXPECT_EQ(properties.at("perceptual_hash").as_string(), "f00000000000000f");
  EXPECT_EQ(properties.at("dominant_colours").at(0).at("hex").as_string(), "#ff8000");
  EXPECT_EQ(decoder_.seen, "PICture");
}

TEST_F(ProcessPhoto, running_twice_leaves_one_analysis) {
  const auto photo = accepted("PICture");
  ASSERT_TRUE(process_photo(workshop_, task_of(photo), log_));
  const auto first = analysis_of(photo);
  ASSERT_TRUE(process_photo(workshop_, task_of(photo), log_));
  const auto second = analysis_of(photo);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->id, second->id);
}

TEST_F(ProcessPhoto, makes_missing_derived_images_again) {
  const auto photo = accepted("PICture");
  ASSERT_TRUE(house_.store.remove(photo.files.thumbnail));
  ASSERT_TRUE(process_photo(workshop_, task_of(photo), log_));
  EXPECT_EQ(decoder_.derived, 1);
  house_.expect_whole(row_of(photo));
}

TEST_F(ProcessPhoto, measures_a_damaged_picture_on_its_display_image) {
  const auto photo = accepted("CUT off", true);
  ASSERT_TRUE(process_photo(workshop_, task_of(photo), log_));
  EXPECT_TRUE(decoder_.seen.starts_with("display ")) << decoder_.seen;
}

TEST_F(ProcessPhoto, a_picture_that_cannot_be_measured_completes_nothing) {
  const auto photo = accepted("PICture");
  decoder_.failure = core::Error{.code = core::ErrorCode::corrupt_image, .message = "no"};
  const auto outcome = process_photo(workshop_, task_of(photo), log_);
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
  const auto outcome = process_photo(workshop_, task, log_);
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
  const auto outcome = process_photo(workshop_, task, log_);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, core::ErrorCode::not_found);
  EXPECT_TRUE(house_.files("images/").empty());
}

}  // namespace
}  // namespace sightglass::inspection
