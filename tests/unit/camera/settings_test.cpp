#include "camera/settings.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace sightglass::camera {
namespace {

const Capabilities able{.sensor = {1'280, 1'024},
                        .exposure_ms = Range{0.02, 100, 0.01},
                        .gain = Range{0, 24, 0.5},
                        .region_step = 8,
                        .least_region = {64, 32},
                        .binnings = {1, 2},
                        .formats = {core::PixelFormat::mono8, core::PixelFormat::mono12},
                        .trigger_lines = {"Line0"},
                        .user_sets = {"Default"}};

std::string field_of(const Settings& settings) {
  const auto result = check_settings(settings, able);
  return result ? "" : result.error().field;
}

TEST(Settings, are_possible_up_to_the_ends_of_their_ranges) {
  EXPECT_EQ(field_of({.exposure_ms = 0.02, .gain = 24, .region = Region{0, 0, 1'280, 1'024}, .binning = 2}), "");
  EXPECT_EQ(field_of({.exposure_ms = 0.019}), "exposure_ms");
  EXPECT_EQ(field_of({.exposure_ms = std::nan("")}), "exposure_ms");
  EXPECT_EQ(field_of({.gain = 24.1}), "gain");
  EXPECT_EQ(field_of({.black_level = 1}), "black_level");  // has none
  EXPECT_EQ(field_of({.region = Region{1'216, 0, 65, 64}}), "region");
  EXPECT_EQ(field_of({.region = Region{2'147'483'647, 0, 2'147'483'647, 64}}), "region");
  EXPECT_EQ(field_of({.region = Region{0, 0, 0, 0}}), "region");
  EXPECT_EQ(field_of({.binning = 4}), "binning");
  EXPECT_EQ(field_of({.format = core::PixelFormat::rgb8}), "format");
  EXPECT_EQ(field_of({.auto_exposure = true}), "auto_exposure");
  EXPECT_EQ(field_of({.auto_exposure = false}), "");
  EXPECT_EQ(field_of({.user_set = "Mine"}), "user_set");
}

TEST(Settings, say_what_is_possible) {
  EXPECT_EQ(check_settings({.gain = -1}, able).error().message, "gain must be 0 to 24 for this camera; it is -1.");
  EXPECT_EQ(check_settings({.format = core::PixelFormat::rgb8}, able).error().message,
            "format must be one of Mono8, Mono12 for this camera; it is RGB8.");
}

TEST(Settings, of_a_trigger_must_be_had_by_the_camera) {
  using enum Trigger::Source;
  EXPECT_TRUE(check_trigger({.source = line, .line = "Line0", .delay_us = 50}, able));
  EXPECT_EQ(check_trigger({.source = line, .line = "Line1"}, able).error().field, "line");
  EXPECT_EQ(check_trigger({.source = software}, able).error().field, "source");
  EXPECT_EQ(check_trigger({.delay_us = -1}, able).error().field, "delay_us");
  EXPECT_EQ(check_trigger({.delay_us = std::nan("")}, able).error().field, "delay_us");
}

TEST(Settings, are_laid_over_others_and_told_apart) {
  const Settings base{.exposure_ms = 10, .auto_exposure = true, .gain = 0};
  const Settings wanted = merged(base, {.exposure_ms = 5});
  EXPECT_EQ(wanted, (Settings{.exposure_ms = 5, .auto_exposure = false, .gain = 0}));
  EXPECT_EQ(difference(base, wanted), (Settings{.exposure_ms = 5, .auto_exposure = false}));
  EXPECT_TRUE(is_empty(difference(base, base)));
  // What the camera finds by itself is not set back.
  EXPECT_TRUE(
      is_empty(difference({.exposure_ms = 7, .auto_exposure = true}, {.exposure_ms = 3, .auto_exposure = true})));
  EXPECT_FALSE(needs_stopped_stream({.exposure_ms = 5, .gain = 3, .frame_rate = 2}));
  EXPECT_TRUE(needs_stopped_stream({.region = Region{}}));
  EXPECT_TRUE(needs_stopped_stream({.user_set = "Default"}));
}

TEST(Settings, are_rounded_to_steps_from_the_least) {
  EXPECT_DOUBLE_EQ(rounded_to({0.02, 100, 0.01}, 2.5037), 2.5);
  EXPECT_DOUBLE_EQ(rounded_to({1, 10, 4}, 9.9), 9);  // 13 would be the next
  EXPECT_DOUBLE_EQ(rounded_to({1, 10, 4}, 10), 9);
  EXPECT_DOUBLE_EQ(rounded_to({1, 10, 0}, 3.3), 3.3);
  EXPECT_DOUBLE_EQ(rounded_to({1, 10, 0}, 33), 10);
  EXPECT_EQ(rounded_to(able, {9, 15, 100, 33}), (Region{8, 8, 96, 32}));
  EXPECT_EQ(rounded_to(able, {0, 0, 10, 10}), (Region{0, 0, 64, 32}));
}

TEST(States, follow_each_other_as_docs_camera_states_draws_them) {
  using enum State;
  const std::set<std::pair<State, State>> allowed{
      {disconnected, connecting}, {faulted, connecting}, {faulted, disconnected}, {connecting, idle},
      {connecting, disconnected}, {connecting, faulted}, {idle, streaming},       {idle, armed},
      {idle, disconnected},       {idle, faulted},       {streaming, idle},       {streaming, disconnected},
      {streaming, faulted},       {armed, idle},         {armed, disconnected},   {armed, faulted}};
  for (const State from : {disconnected, connecting, idle, armed, streaming, faulted}) {
    for (const State to : {disconnected, connecting, idle, armed, streaming, faulted}) {
      EXPECT_EQ(may_follow(from, to), allowed.contains({from, to})) << name_of(from) << " to " << name_of(to);
    }
  }
}

TEST(Driver, is_known_by_its_name) {
  for (const Driver driver : {Driver::aravis, Driver::stream, Driver::simulated}) {
    EXPECT_EQ(driver_from_name(name_of(driver)), driver);
  }
  EXPECT_FALSE(driver_from_name("webcam"));
}

TEST(Settings, automatic_exposure_is_not_undone_by_the_time_from_before) {
  const Settings wanted = merged({.exposure_ms = 5, .auto_exposure = false, .gain = 2}, {.auto_exposure = true});
  EXPECT_EQ(wanted, (Settings{.auto_exposure = true, .gain = 2}));
}

}  // namespace
}  // namespace sightglass::camera
