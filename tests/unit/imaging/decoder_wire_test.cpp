#include "imaging/decoder_wire.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sightglass::imaging::wire {
namespace {

DerivedImages sound_images() {
  DerivedImages images{.size = {4032, 3024}, .display_size = {1024, 768}, .thumbnail_size = {300, 225}};
  images.metadata.json = R"({"Exif.Image.Make":"Apple"})";
  return images;
}

core::Result<DerivedImages> sent(const DerivedImages& images) {
  return decode_derived(encode(core::Result<DerivedImages>(images)));
}

TEST(DecoderWire, takes_the_highest_and_lowest_values_that_the_metadata_reader_lets_through) {
  auto images = sound_images();
  images.metadata.position = core::GeoPosition{-90, 180, 50'000'000.0};
  images.metadata.exposure_seconds = 86'400;
  images.metadata.f_number = 1'000;
  images.metadata.iso = 100'000'000;
  images.metadata.taken_at = core::parse_iso8601("9998-12-31T23:59:59+15:59");
  const auto received = sent(images);
  ASSERT_TRUE(received) << received.error().message << ' ' << received.error().cause;
  EXPECT_EQ(received->metadata.position->altitude, 50'000'000.0);
  EXPECT_EQ(received->metadata.taken_at, images.metadata.taken_at);
  EXPECT_EQ(received->metadata.json, images.metadata.json);
}

TEST(DecoderWire, carries_what_a_camera_trap_noted) {
  auto images = sound_images();
  auto& trap = images.metadata.trap;
  trap.temperature = core::coldest;
  trap.humidity = 100;
  trap.pressure = core::highest_pressure;
  trap.moon_phase = core::MoonPhase::waning_crescent;
  trap.trigger = core::TrapTrigger::manual;
  trap.sequence = core::TrapSequence{.position = 3, .count = core::most_of_sequence, .event = core::last_trap_event};
  trap.battery_volts = core::most_volts;
  trap.is_lit = false;
  trap.serial = std::string(core::longest_trap_text, 'x');
  trap.label = "\"quoted\" \\ <b>";
  const auto received = sent(images);
  ASSERT_TRUE(received) << received.error().message << ' ' << received.error().cause;
  EXPECT_EQ(received->metadata.trap, trap);
}

TEST(DecoderWire, refuses_what_no_camera_trap_can_have_noted) {
  const auto is_taken = [](auto change) {
    auto images = sound_images();
    change(images.metadata.trap);
    return sent(images).has_value();
  };
  EXPECT_FALSE(is_taken([](core::TrapFacts& trap) { trap.temperature = core::hottest + 1; }));
  EXPECT_FALSE(is_taken([](core::TrapFacts& trap) { trap.sequence = core::TrapSequence{.position = 4, .count = 3}; }));
  EXPECT_FALSE(is_taken([](core::TrapFacts& trap) { trap.serial = std::string(core::longest_trap_text + 1, 'x'); }));
  EXPECT_FALSE(is_taken([](core::TrapFacts& trap) { trap.label = "two\nlines"; }));
  EXPECT_TRUE(is_taken([](core::TrapFacts&) {}));
}

TEST(DecoderWire, refuses_what_no_sound_decoder_sends) {
  const auto expect_refused = [](const DerivedImages& images) {
    const auto received = sent(images);
    ASSERT_FALSE(received);
    EXPECT_EQ(received.error().code, core::ErrorCode::internal);
  };
  auto images = sound_images();
  images.size = {0, 3024};
  expect_refused(images);
  images = sound_images();
  images.metadata.position = core::GeoPosition{90.5, 0, std::nullopt};
  expect_refused(images);
  images = sound_images();
  images.metadata.json = "[]";
  expect_refused(images);
  images.metadata.json = "{";
  expect_refused(images);
  images = sound_images();
  images.metadata.orientation = static_cast<core::Orientation>(9);
  expect_refused(images);
}

TEST(DecoderWire, hands_on_the_decoders_own_errors) {
  const auto received =
      decode_derived(encode(core::Result<DerivedImages>(core::fail(core::ErrorCode::corrupt_image, "cut short"))));
  ASSERT_FALSE(received);
  EXPECT_EQ(received.error().code, core::ErrorCode::corrupt_image);
  EXPECT_EQ(received.error().message, "cut short");
}

}  // namespace
}  // namespace sightglass::imaging::wire
