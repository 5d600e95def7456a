#include "filing/sidecar.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>
#include <utility>

#include "filing/layout.hpp"

namespace sightglass::filing {
namespace {

core::Photo full_photo() {
  core::Photo photo;
  photo.id = *core::PhotoId::parse("01939c5e-0000-7000-8000-000000000001");
  photo.kind = core::PhotoKind::job;
  photo.source = core::PhotoSource::job_upload;
  photo.filename = "img_20261121_041233_a1b2c3.jpg";
  photo.original_filename = "caf\xC3\xA9 \"quoted\" ../..\n.heic";
  photo.description = "left \\ right";
  photo.tags = {"pump", "", "\xF0\x9F\x93\xB7"};
  photo.job_id = core::JobId{17};
  photo.asset_id = core::AssetId::make(core::Instant{});
  photo.location_id = core::LocationId::make(core::Instant{});
  photo.uploaded_by = core::UserId::make(core::Instant{});
  photo.uploaded_at = *core::parse_iso8601("2026-11-21T04:12:33.123456Z");
  photo.taken_at = *core::parse_iso8601("2017-10-03T10:58:29Z");
  photo.metadata.taken_at = *core::parse_iso8601("2017-10-03T10:58:30Z");
  photo.metadata.taken_local = "2017-10-03T12:58:29";
  photo.metadata.taken_offset_minutes = 120;
  photo.metadata.taken_source = core::TakenSource::person;
  photo.metadata.camera_make = "Canon";
  photo.metadata.exposure_seconds = 1.0 / 3;
  photo.metadata.f_number = 2.8;
  photo.metadata.iso = 400;
  photo.metadata.orientation = core::Orientation::rotated_90;
  photo.metadata.position = core::GeoPosition{-48.5, 179.999999, -3.5};
  photo.metadata.trap.temperature = -12.5;
  photo.metadata.trap.humidity = 81.5;
  photo.metadata.trap.pressure = 1013.25;
  photo.metadata.trap.moon_phase = core::MoonPhase::waning_crescent;
  photo.metadata.trap.trigger = core::TrapTrigger::time_lapse;
  photo.metadata.trap.sequence = core::TrapSequence{.position = 2, .count = 5, .event = 70'115};
  photo.metadata.trap.battery_volts = 8.15;
  photo.metadata.trap.is_lit = false;
  photo.metadata.trap.serial = "H550HH12223408";
  photo.metadata.trap.label = "CREEK \"2\"";
  photo.metadata.json = R"({"a":[1,2.5,null,{"b":"c"}]})";
  photo.media_type = core::MediaType::heic;
  photo.size = {4000, 3000};
  photo.display_size = {1024, 768};
  photo.file_bytes = 5'000'000'000;
  photo.display_bytes = 200'000;
  photo.thumbnail_bytes = 9'000;
  photo.sha256.bytes.fill(0xAB);
  photo.files = files_for(photo, "img_20261121_041233_a1b2c3", true);
  photo.thumbhash = "1QcSHQRnh493V4dIh4eXh1h4kJUI";
  photo.duplicate_of = core::PhotoId::make(core::Instant{});
  photo.is_damaged = true;
  photo.damage = "premature end";
  photo.verdict = "OK";
  return photo;
}

std::string with(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

TEST(Sidecar, gives_back_what_it_was_made_of) {
  const Sidecar written{.photo = full_photo(), .uploader_name = "ada", .queue = core::TaskQueue::high_priority};
  const auto read = sidecar_from_json(to_json(written));
  ASSERT_TRUE(read) << read.error().message;
  // Every member stands in the text, so equal texts are equal photos; numbers inside "metadata" may be spelt anew.
  EXPECT_TRUE(is_current(to_json(*read), written.photo));
  EXPECT_EQ(read->photo.duplicate_of, written.photo.duplicate_of);
  EXPECT_EQ(read->uploader_name, "ada");
  EXPECT_EQ(read->queue, core::TaskQueue::high_priority);
  EXPECT_EQ(read->photo.metadata.exposure_seconds, 1.0 / 3);
  EXPECT_EQ(read->photo.metadata.position, full_photo().metadata.position);
  EXPECT_EQ(read->photo.metadata.taken_at, full_photo().metadata.taken_at);
  EXPECT_EQ(read->photo.metadata.trap, full_photo().metadata.trap);
}

TEST(Sidecar, of_pictures_that_no_trap_took_is_as_earlier_programs_wrote_it) {
  auto photo = full_photo();
  photo.metadata.trap = {};
  const auto text = to_json(Sidecar{.photo = photo});
  EXPECT_EQ(text.find("\"trap\""), std::string::npos);
  const auto read = sidecar_from_json(text);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_TRUE(read->photo.metadata.trap.is_empty());
}

TEST(Sidecar, names_what_no_trap_can_have_noted) {
  const auto text = to_json(Sidecar{.photo = full_photo()});
  const std::pair<std::string_view, std::pair<std::string_view, std::string_view>> faults[] = {
      {"temperature", {"\"temperature\":-12.5", "\"temperature\":-200"}},
      {"moon_phase", {"\"waning_crescent\"", "\"cheese\""}},
      {"trigger", {"\"time_lapse\"", "7"}},
      {"position", {"\"position\":2", "\"position\":6"}},
      {"event", {"\"event\":70115", "\"event\":-1"}},
      {"lit", {"\"lit\":false", "\"lit\":0"}},
  };
  for (const auto& [field, change] : faults) {
    const auto read = sidecar_from_json(with(text, change.first, change.second));
    ASSERT_FALSE(read) << field;
    EXPECT_EQ(read.error().field, field);
  }
}

TEST(Sidecar, gives_back_a_photo_that_knows_next_to_nothing) {
  core::Photo photo;
  photo.filename = "img_x.jpg";
  photo.files = files_for(photo, "img_x", false);
  const auto read = sidecar_from_json(to_json(Sidecar{.photo = photo}));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->photo.job_id, std::nullopt);
  EXPECT_EQ(read->photo.metadata.position, std::nullopt);
  EXPECT_EQ(read->photo.metadata.taken_at, std::nullopt);
  EXPECT_EQ(read->photo.files.original, "");
}

TEST(Sidecar, is_readable_even_when_the_metadata_is_not_json) {
  auto photo = full_photo();
  photo.metadata.json = "{\"broken\":";
  const auto read = sidecar_from_json(to_json(Sidecar{.photo = photo}));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->photo.metadata.json, "{}");
}

TEST(Sidecar, names_the_member_that_is_wrong) {
  const std::string good = to_json(Sidecar{.photo = full_photo()});
  struct Case {
    std::string_view from, to, field;
  };
  for (const auto& [from, to, field] : {
           Case{R"("sightglass":1)", R"("sightglass":2)", "sightglass"},
           Case{R"("id":"01939c5e)", R"("id":"x1939c5e)", "id"},
           Case{R"("kind":"job")", R"("kind":"selfie")", "kind"},
           Case{R"("width":4000)", R"("width":-1)", "width"},
           Case{R"("width":4000)", R"("width":4000.5)", "width"},
           Case{R"("width":4000)", R"("width":99999999999)", "width"},
           Case{R"("latitude":-48.5)", R"("latitude":-90.5)", "latitude"},
           Case{R"("orientation":6)", R"("orientation":9)", "orientation"},
           Case{R"("damaged":true)", R"("damaged":"yes")", "damaged"},
           Case{R"("tags":["pump")", R"("tags":[1)", "tags"},
           Case{R"("sha256":"ab)", R"("sha256":"xy)", "sha256"},
           Case{R"("uploaded_at":"2026)", R"("uploaded_at":"yesterday2026)", "uploaded_at"},
           Case{R"("media_type":"image/heic")", R"("media_type":"text/html")", "media_type"},
           Case{R"("display":"images/job_17/)", R"("display":"../job_17/)", "files"},
           Case{R"("original":"images/job_17/)", R"("original":"keys/)", "files"},
           Case{R"("description")", R"("descriptions")", "description"},
       }) {
    const auto read = sidecar_from_json(with(good, from, to));
    ASSERT_FALSE(read) << to;
    EXPECT_EQ(read.error().code, core::ErrorCode::invalid_input);
    EXPECT_EQ(read.error().field, field) << to;
  }
}

TEST(Sidecar, refuses_what_is_not_a_bounded_json_object) {
  const std::string deep = std::string(40, '[') + std::string(40, ']');
  const std::string huge = "{\"a\":\"" + std::string(9 << 20, 'x') + "\"}";
  for (const std::string& text :
       {std::string{}, std::string("null"), std::string("[]"), std::string("{\"a\":1"), std::string("{}{}"),
        "{\"metadata\":" + deep + "}", huge, std::string("{\"a\":\"\xFF\"}")}) {
    EXPECT_FALSE(sidecar_from_json(text)) << text.substr(0, 40);
  }
}

TEST(Sidecar, is_current_only_as_long_as_the_row_says_the_same) {
  auto photo = full_photo();
  const std::string text = to_json(Sidecar{.photo = photo, .uploader_name = "ada"});
  EXPECT_TRUE(is_current(text, photo));
  photo.status = core::ProcessingStatus::completed;
  photo.duplicate_of.reset();
  EXPECT_TRUE(is_current(text, photo));
  photo.description = "changed";
  EXPECT_FALSE(is_current(text, photo));
  EXPECT_FALSE(is_current("{", photo));
}

}  // namespace
}  // namespace sightglass::filing
