#include "inspection/meter_readings.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "database/findings.hpp"
#include "inspection/read_photo_meters.hpp"
#include "queue/task_queue.hpp"
#include "unit/ingest/house.hpp"
#include "unit/inspection/fake_instruments.hpp"
#include "unit/vision/readings/places.hpp"

namespace sightglass::inspection {
namespace {

using database::Session;
using ingest::House;
using vision::test::wheels_at;

// Shows every picture as a grey one, a tenth of its size.
class GreyDecoder final : public imaging::Decoder {
 public:
  core::Result<imaging::DerivedImages> derive(int, const imaging::DerivePlan&, const imaging::Limits&) override {
    return core::fail(core::internal_error("nothing is derived here"));
  }
  core::Result<imaging::ImageProperties> measure(int, const imaging::Limits&) override {
    return core::fail(core::internal_error("nothing is measured here"));
  }
  core::Result<imaging::InspectionImage> inspect(int, const imaging::RasterPlan&, const imaging::Limits&) override {
    imaging::InspectionImage image;
    image.size = {4000, 3000};
    image.raster.size = {400, 300};
    image.raster.rgb.assign(3 * 400 * 300, 128);
    return image;
  }
};

constexpr auto three_wheels =
    R"({"parts":[{"kind":"wheels","corners":[[0.1,0.1],[0.4,0.1],[0.4,0.2],[0.1,0.2]],"digits":3}]})";

class MeterReadings : public ::testing::Test {
 protected:
  MeterReadings() {
    instruments_.models["wheels"] = "wheels@1.0.0";
    instruments_.part = wheels_at({0, 4, 2});
    const auto now = house_.clock.now();
    const core::Asset asset{.id = core::AssetId::make(now), .name = "Pump", .created_at = now, .updated_at = now};
    asset_ = asset.id;
    EXPECT_TRUE(house_.database.write([&](Session& session) { return database::assets::insert(session, asset); }));
  }
  core::Photo accepted(bool is_of_asset = true) {
    auto submission = house_.job_photo();
    if (is_of_asset) submission.asset_id = asset_;
    house_.clock.advance(std::chrono::hours(1));
    const auto outcome = house_.accept("PICture " + std::to_string(++photos_), submission);
    EXPECT_TRUE(outcome);
    return outcome->photo;
  }
  database::meters::Meter taught(std::string profile, std::optional<core::PhotoId> reference = std::nullopt) {
    const auto now = house_.clock.now();
    database::meters::Meter meter{.id = core::MeterId::make(now),
                                  .asset_id = asset_,
                                  .name = "m" + std::to_string(++meters_),
                                  .kind = "wheels",
                                  .unit = "m³",
                                  .digits = 3,
                                  .largest_rate = 5.0,
                                  .profile = std::move(profile),
                                  .reference_photo = reference,
                                  .created_at = now,
                                  .updated_at = now};
    EXPECT_TRUE(house_.database.write([&](Session& session) { return database::meters::insert(session, meter); }));
    return meter;
  }
  core::Task task_of(const core::Photo& photo, std::string arguments = "{}") {
    return {.kind = std::string(read_meters_kind), .arguments = std::move(arguments), .photo_id = photo.id};
  }
  std::vector<core::Finding> findings_of(const core::Photo& photo) {
    return *house_.database.read([&](Session& session) { return database::findings::of_photo(session, photo.id); });
  }
  // What the task says of the one reading.
  boost::json::object read(const core::Photo& photo, std::string arguments = "{}") {
    const auto result = read_photo_meters(workshop_, task_of(photo, std::move(arguments)), attempt_);
    EXPECT_TRUE(result) << result.error().message;
    if (!result) return {};
    const auto readings = boost::json::parse(*result).at("readings").as_array();
    EXPECT_EQ(readings.size(), 1U);
    return readings.empty() ? boost::json::object() : readings.front().as_object();
  }

  House house_;
  GreyDecoder decoder_;
  FakeInstruments instruments_;
  Workshop workshop_{.blobs = house_.store,
                     .database = house_.database,
                     .decoder = decoder_,
                     .instruments = instruments_,
                     .clock = house_.clock};
  queue::TaskLog log_{house_.clock};
  Attempt attempt_{.log = log_};
  core::AssetId asset_{};
  int photos_ = 0;
  int meters_ = 0;
};

TEST_F(MeterReadings, the_analysis_reads_the_meters_of_the_photos_asset) {
  const auto meter = taught(three_wheels);
  taught("{}");  // nobody said where to read this one
  const auto photo = accepted();
  const auto task = house_.database.read([&](Session& session) { return queue::find(session, *photo.task_id); });
  // Its derived images are there, and the decoder makes none.
  ASSERT_TRUE(process_photo(workshop_, **task, attempt_));
  const auto findings = findings_of(photo);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].kind, core::FindingKind::reading);
  EXPECT_EQ(findings[0].value, 42.0);
  EXPECT_EQ(findings[0].value_text, "042");
  EXPECT_EQ(findings[0].unit, "m³");
  EXPECT_EQ(findings[0].meter_id, meter.id);
  EXPECT_EQ(findings[0].model, "wheels");
  EXPECT_EQ(findings[0].version, "1.0.0");
  ASSERT_TRUE(findings[0].box);
  EXPECT_NEAR(findings[0].box->x, 400, 1e-6) << "pixels of the upright original";
  EXPECT_NEAR(findings[0].box->width, 1200, 1e-6);
  ASSERT_EQ(instruments_.parts_asked.size(), 1U);
  EXPECT_EQ((*instruments_.parts_asked[0].corners)[0], 40) << "pixels of what the reader sees";
}

TEST_F(MeterReadings, photos_of_no_asset_are_not_read) {
  taught(three_wheels);
  const auto photo = accepted(false);
  ASSERT_TRUE(read_photo_meters(workshop_, task_of(photo), attempt_));
  EXPECT_TRUE(instruments_.parts_asked.empty());
  EXPECT_TRUE(findings_of(photo).empty());
}

TEST_F(MeterReadings, reading_again_replaces_what_was_open_and_keeps_what_people_decided) {
  const auto meter = taught(three_wheels);
  const auto photo = accepted();
  read(photo);
  const auto first = findings_of(photo).at(0);
  instruments_.part = wheels_at({0, 4, 3});
  read(photo);
  ASSERT_EQ(findings_of(photo).size(), 1U);
  EXPECT_EQ(findings_of(photo)[0].id, first.id);
  EXPECT_EQ(findings_of(photo)[0].value, 43.0);
  auto decided = findings_of(photo)[0];
  decided.state = core::FindingState::confirmed;
  ASSERT_TRUE(house_.database.write([&](Session& s) { return database::findings::update(s, decided); }));
  instruments_.part = wheels_at({0, 9, 9});
  read(photo);
  EXPECT_EQ(findings_of(photo).at(0).value, 43.0);
}

TEST_F(MeterReadings, the_history_of_the_meter_counts) {
  const auto meter = taught(three_wheels);
  const auto before = accepted();
  read(before);
  auto decided = findings_of(before).at(0);
  decided.state = core::FindingState::confirmed;
  ASSERT_TRUE(house_.database.write([&](Session& s) { return database::findings::update(s, decided); }));
  instruments_.part = wheels_at({0, 4, 5});
  EXPECT_EQ(read(accepted()).at("value").to_number<double>(), 45) << "three in an hour";
  instruments_.part = wheels_at({8, 4, 5});
  const auto too_fast = read(accepted());
  EXPECT_TRUE(too_fast.at("value").is_null());
  EXPECT_NE(std::string(too_fast.at("reason").as_string()).find("plausible"), std::string::npos);
}

TEST_F(MeterReadings, trying_writes_nothing_and_takes_another_profile) {
  const auto meter = taught("{}");
  const auto photo = accepted(false);
  const auto reading = read(photo, trial_arguments(meter.id, three_wheels));
  EXPECT_EQ(reading.at("value_text").as_string(), "042");
  EXPECT_TRUE(findings_of(photo).empty());
  const auto untaught = read(photo, trial_arguments(meter.id, ""));
  EXPECT_TRUE(untaught.at("value").is_null());
  EXPECT_EQ(untaught.at("reason").as_string(), "nobody has taught where this meter is read");
}

TEST_F(MeterReadings, a_meter_out_of_the_frame_or_not_on_the_photo_is_unknown) {
  const auto reference = accepted();
  taught(three_wheels, reference.id);
  const auto photo = accepted();
  instruments_.move.matrix[2] = -200;
  EXPECT_EQ(read(photo).at("reason").as_string(), "a part of the meter is out of the frame");
  instruments_.move = {.likeness = 0.1};
  const auto reading = read(photo);
  EXPECT_TRUE(reading.at("value").is_null());
  EXPECT_EQ(reading.at("reason").as_string(), "the meter was not found on this photo");
  EXPECT_TRUE(instruments_.parts_asked.empty());
}

TEST_F(MeterReadings, parts_move_with_the_face) {
  const auto reference = accepted();
  taught(three_wheels, reference.id);
  instruments_.move = {.matrix = {1, 0, 12, 0, 1, -5}, .likeness = 0.9};
  read(accepted());
  ASSERT_EQ(instruments_.parts_asked.size(), 1U);
  EXPECT_EQ((*instruments_.parts_asked[0].corners)[0], 52);
  EXPECT_EQ((*instruments_.parts_asked[0].corners)[1], 25);
}

TEST_F(MeterReadings, a_profile_that_cannot_be_used_is_told) {
  taught(R"({"parts":[{"kind":"dial"}]})");
  const auto reading = read(accepted());
  EXPECT_TRUE(reading.at("value").is_null());
  EXPECT_NE(std::string(reading.at("reason").as_string()).find("parts[0].kind"), std::string::npos);
}

TEST_F(MeterReadings, without_a_model_there_is_an_error_and_no_reading) {
  taught(three_wheels);
  instruments_.part = core::fail(core::not_found("no model for wheels is installed"));
  const auto photo = accepted();
  const auto result = read_photo_meters(workshop_, task_of(photo), attempt_);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "no model for wheels is installed");
  EXPECT_TRUE(findings_of(photo).empty());
}

TEST_F(MeterReadings, a_photo_or_meter_that_is_gone_ends_the_task) {
  const auto meter = taught(three_wheels);
  EXPECT_EQ(read_photo_meters(workshop_, {.photo_id = core::PhotoId{}}, attempt_).error().code,
            core::ErrorCode::not_found);
  const auto photo = accepted();
  EXPECT_EQ(read_photo_meters(workshop_, task_of(photo, trial_arguments(core::MeterId{}, "")), attempt_).error().code,
            core::ErrorCode::not_found);
}

}  // namespace
}  // namespace sightglass::inspection
