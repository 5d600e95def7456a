#include "imaging/exiv2/camera_trap.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <string>
#include <string_view>

#include "imaging/exiv2/metadata_reader.hpp"
#include "imaging/exiv2/reconyx.hpp"
#include "reconyx_notes.hpp"
#include "support/test_paths.hpp"

namespace sightglass::imaging::exiv2 {
namespace {

using core::MoonPhase;
using core::TrapFacts;
using core::TrapTrigger;

struct Made {
  Exiv2::ExifData exif{};
  Exiv2::XmpData xmp{};
  Made() { warm_up_metadata(); }
  void note(std::string_view bytes) {
    Exiv2::DataValue value(reinterpret_cast<const Exiv2::byte*>(bytes.data()), static_cast<long>(bytes.size()));
    exif.add(Exiv2::ExifKey("Exif.Photo.MakerNote"), &value);
  }
  void weather(std::uint16_t tag, const Exiv2::Value& value) { exif.add(Exiv2::ExifKey(tag, "Photo"), &value); }
  TrapFacts facts(std::string_view comment = {}) const { return read_trap_facts({exif, xmp}, comment); }
};

// What all notes of reconyx_notes.hpp tell.
TrapFacts noted() {
  TrapFacts facts;
  facts.temperature = -4;
  facts.moon_phase = MoonPhase::waxing_gibbous;
  facts.trigger = TrapTrigger::motion;
  facts.sequence = core::TrapSequence{.position = 2, .count = 5, .event = 70'115};
  facts.battery_volts = 8.15;
  facts.is_lit = true;
  facts.serial = "H550HH12223408";
  facts.label = "CREEK";
  return facts;
}

class ReconyxNotes : public testing::TestWithParam<test::Note (*)()> {};
INSTANTIATE_TEST_SUITE_P(Families, ReconyxNotes,
                         testing::Values(test::hyperfire_note, test::ultrafire_note, test::hyperfire2_note,
                                         test::microfire_note, test::hyperfire4k_note));

TEST_P(ReconyxNotes, tell_of_weather_moon_event_and_camera) {
  EXPECT_EQ(read_reconyx_note(GetParam()().span()), noted());
}

TEST_P(ReconyxNotes, that_are_cut_short_tell_nothing_and_are_never_read_beyond_their_end) {
  const auto whole = GetParam()();
  std::size_t least = 0;
  for (std::size_t size = 0; size <= whole.bytes().size(); ++size) {
    // A copy of that very size, so that a sanitizer sees a byte too far.
    const std::string cut = whole.bytes().substr(0, size);
    if (read_reconyx_note(std::as_bytes(std::span(cut)))) {
      least = size;
      break;
    }
  }
  EXPECT_GT(least, 100U);
}

TEST_P(ReconyxNotes, of_random_bytes_give_what_lies_in_its_ranges) {
  std::mt19937 random(7);
  for (int round = 0; round < 2'000; ++round) {
    auto note = GetParam()();
    for (int i = 0; i < 12; ++i)
      note.number(12 + random() % (note.bytes().size() - 12), 1, static_cast<std::int64_t>(random() % 256));
    Made made;
    made.exif["Exif.Image.Make"] = "RECONYX";
    made.note(note.bytes());
    const auto facts = made.facts();
    EXPECT_EQ(core::plausible(facts), facts);
  }
}

TEST(ReconyxNote, of_another_magic_or_trigger_is_none) {
  EXPECT_FALSE(read_reconyx_note(test::hyperfire_note().text(0, "\x02").span()));
  EXPECT_FALSE(read_reconyx_note(test::hyperfire_note().text(0x0c, "x").span()));
  EXPECT_FALSE(read_reconyx_note(test::hyperfire2_note().text(8, "3").span()));
}

TEST(ReconyxNote, leaves_out_temperatures_that_contradict_each_other) {
  const auto facts = read_reconyx_note(test::hyperfire_note().number(0x26, 2, 60).span());
  ASSERT_TRUE(facts);
  EXPECT_FALSE(facts->temperature);
  EXPECT_EQ(facts->serial, "H550HH12223408");
}

TEST(CameraTrap, leaves_out_what_no_camera_counts_or_measures) {
  Made made;
  auto note = test::hyperfire_note();
  note.number(0x28, 2, 500).number(0x26, 2, 932).number(0x0e, 2, 6).number(0x24, 2, 8).number(0x54, 2, 0);
  note.number(0x50, 2, 7).number(0x2a, 2, 0x4e2d);
  made.note(note.bytes());
  TrapFacts rest;
  rest.trigger = TrapTrigger::motion;
  rest.label = "CREEK";
  EXPECT_EQ(made.facts(), rest);
}

TEST(CameraTrap, takes_a_note_of_a_camera_that_leaves_its_make_out_but_not_that_of_another_maker) {
  Made made;
  made.note(test::hyperfire_note().bytes());
  EXPECT_EQ(made.facts(), noted());
  made.exif["Exif.Image.Make"] = "Acme";
  EXPECT_TRUE(made.facts().is_empty());
}

TEST(CameraTrap, takes_the_model_for_no_label) {
  Made made;
  made.exif["Exif.Image.Make"] = "RECONYX";
  made.exif["Exif.Image.Model"] = "CREEK";
  made.note(test::hyperfire_note().bytes());
  EXPECT_EQ(made.facts().label, "");
}

TEST(CameraTrap, reads_the_lines_of_a_comment) {
  Made made;
  made.exif["Exif.Image.Make"] = "Reconyx  ";
  const auto facts = made.facts(test::rapidfire_comment);
  EXPECT_EQ(facts.temperature, 21);
  EXPECT_EQ(facts.moon_phase, MoonPhase::full_moon);
  EXPECT_EQ(facts.trigger, TrapTrigger::motion);
  EXPECT_EQ(facts.sequence, (core::TrapSequence{.position = 3, .count = 10, .event = 6}));
  EXPECT_EQ(facts.battery_volts, 7.52);
  EXPECT_EQ(facts.is_lit, false);
  EXPECT_EQ(facts.serial, "RC33AB12104807");
  EXPECT_EQ(facts.label, "NORTH");
  EXPECT_TRUE(made.facts("A day at the lake. Tmp: 21 C").is_empty());
  EXPECT_FALSE(made.facts("Trg: M 9/3\rTmp: 900 C\rMP: -1\rBat: x\rEvt:").temperature);
  EXPECT_FALSE(made.facts("Trg: M 9/3\rTmp: 900 C\rMP: -1\rBat: x\rEvt:").sequence);
}

TEST(CameraTrap, reads_the_object_that_browning_writes) {
  Made made;
  made.exif["Exif.Image.Make"] = "Browning";
  made.note(std::string(R"({"maker":"Browning","camera_name":"  167BWS","serial_number":"45699PX",)"
                        R"("multishot":0,"temperature":"-7C","moon_phase":8})") +
            std::string(1, '\0') + "old memory");
  const auto facts = made.facts();
  EXPECT_EQ(facts.temperature, -7);
  EXPECT_EQ(facts.serial, "45699PX");
  EXPECT_EQ(facts.label, "167BWS");
  // What its number counts nobody describes.
  EXPECT_FALSE(facts.moon_phase);
}

TEST(CameraTrap, reads_no_object_that_is_cut_nested_or_of_other_kinds) {
  for (const std::string_view note : {R"({"temperature":"-7C")", R"([{"temperature":"-7C"}])", R"({"temperature":-7})",
                                      R"({"temperature":"-7K"})", R"({"temperature":"C"})", R"({"temperature":""})"}) {
    EXPECT_TRUE(read_browning_note(note).is_empty()) << note;
  }
  EXPECT_TRUE(read_browning_note("{\"a\":" + std::string(100'000, '[')).is_empty());
  const auto far = read_browning_note(R"({"temperature":"-99999999999999C","serial_number":"1"})");
  EXPECT_FALSE(far.temperature);
}

TEST(CameraTrap, reads_fahrenheit_where_the_camera_was_set_to_it) {
  EXPECT_NEAR(*read_browning_note(R"({"temperature":"104F"})").temperature, 40, 1e-9);
}

TEST(CameraTrap, knows_cuddebacks_word_for_motion) {
  Made made;
  made.exif["Exif.Image.Make"] = "CUDDEBACK";
  made.exif["Exif.Photo.UserComment"] = "MR=A.2,BT=13,BP=10%,CM=Motion,P0=1";
  EXPECT_EQ(made.facts().trigger, TrapTrigger::motion);
  made.exif["Exif.Image.Make"] = "Acme";
  EXPECT_TRUE(made.facts().is_empty());
}

TEST(CameraTrap, reads_the_weather_that_any_camera_writes) {
  Made made;
  const Exiv2::RationalValue cold({-125, 10});
  const Exiv2::URationalValue damp({815, 10});
  const Exiv2::URationalValue air({10'132, 10});
  made.weather(0x9400, cold);
  made.weather(0x9401, damp);
  made.weather(0x9402, air);
  const auto facts = made.facts();
  EXPECT_EQ(facts.temperature, -12.5);
  EXPECT_EQ(facts.humidity, 81.5);
  EXPECT_EQ(facts.pressure, 1013.2);
}

TEST(CameraTrap, takes_a_weather_that_is_said_to_be_unknown_for_none) {
  Made made;
  const Exiv2::RationalValue unknown({0, -1});
  const Exiv2::URationalValue nothing({815, 0});
  const Exiv2::URationalValue absent({815, 0xffff'ffff});
  made.weather(0x9400, unknown);
  made.weather(0x9401, nothing);
  made.weather(0x9402, absent);
  EXPECT_TRUE(made.facts().is_empty());
}

// Real files; what they tell was read off their bars by eye or checked against the sky of that day.
struct Real {
  std::string_view path;
  std::optional<double> temperature;
  std::optional<MoonPhase> moon;
  std::string_view serial;
};
constexpr Real reals[] = {
    {"speciesnet/blank.jpg", 21, MoonPhase::last_quarter, "H550HH12223408"},
    {"speciesnet/vehicle.jpg", 9, MoonPhase::waning_gibbous, "H550HH12223868"},
    {"speciesnet/domestic_dog.jpg", 22, MoonPhase::waning_gibbous, "P800HI05233973"},
    {"addax/empty_night.jpg", 7, MoonPhase::waning_gibbous, "H500HG05180846"},
    {"ena24/49.jpg", 21, MoonPhase::full_moon, "RC33AB12104807"},
    {"various/heron_a.jpg", 40, std::nullopt, "4569999999995PX"},
};

TEST(CameraTrap, reads_real_pictures) {
  const char* given = std::getenv("SIGHTGLASS_SHARED");
  const auto shared =
      given != nullptr ? std::filesystem::path(given) : std::filesystem::path(SIGHTGLASS_SOURCE_DIR) / ".." / "shared";
  const auto folder = shared / "data" / "camera_traps";
  if (!std::filesystem::exists(folder))
    GTEST_SKIP() << "NO PICTURES OF CAMERA TRAPS at " << folder << ": set SIGHTGLASS_SHARED";
  for (const auto& real : reals) {
    std::ifstream in(folder / real.path, std::ios::binary);
    ASSERT_TRUE(in) << real.path;
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    const auto metadata = read_metadata(std::as_bytes(std::span(bytes)), core::MediaType::jpeg);
    ASSERT_TRUE(metadata) << real.path;
    EXPECT_EQ(metadata->trap.temperature, real.temperature) << real.path;
    EXPECT_EQ(metadata->trap.moon_phase, real.moon) << real.path;
    EXPECT_EQ(metadata->trap.serial, real.serial) << real.path;
  }
}

}  // namespace
}  // namespace sightglass::imaging::exiv2
