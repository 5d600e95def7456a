#include "vision/readings/judge_reading.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "unit/vision/readings/places.hpp"

namespace sightglass::vision {
namespace {

using test::needle_at;
using test::place_at;
using test::wheels_at;

const MeterRules water{.digits = 3, .decimals = 1, .largest_rate = 2.5};

PartSeen display(std::vector<DisplayGuess> guesses) {
  return {.kind = PartKind::display, .guesses = std::move(guesses)};
}

JudgedReading judged(const std::vector<PartSeen>& parts, const MeterRules& rules,
                     std::optional<LastReading> last = std::nullopt) {
  return judge_reading(parts, rules, last);
}

TEST(JudgeReading, places_become_a_value_with_leading_noughts) {
  const auto reading = judged({wheels_at({0, 4, 2}), needle_at(3.4)}, water);
  EXPECT_EQ(reading.value, 42.3);
  EXPECT_EQ(reading.value_text, "042.3");
  EXPECT_EQ(reading.raw_text, "0.0 4.0 2.0 3.4");
  EXPECT_GT(reading.confidence, 0.99);
  EXPECT_EQ(reading.reason, "");
}

TEST(JudgeReading, what_is_not_sure_enough_is_unknown) {
  const auto reading = judged({wheels_at({0, 4, 2}, 0.8), needle_at(3.4)}, water);
  EXPECT_FALSE(reading.value);
  EXPECT_EQ(reading.value_text, "");
  EXPECT_EQ(reading.reason, "042.3 is not sure enough");
  EXPECT_LT(reading.confidence, least_reading_confidence);
}

TEST(JudgeReading, a_profile_with_other_places_than_the_meter_is_told) {
  const auto reading = judged({wheels_at({0, 4, 2})}, water);
  EXPECT_FALSE(reading.value);
  EXPECT_EQ(reading.reason, "the profile has 3 places, and the meter 4");
  EXPECT_EQ(judged({wheels_at({4, 2})}, {}).value, 42.0) << "a meter of unknown digits shows what it shows";
}

TEST(JudgeReading, a_counter_does_not_go_back) {
  const auto reading = judged({wheels_at({0, 4, 2}), needle_at(3.4)}, water, LastReading{.value = 45, .hours = 24});
  EXPECT_FALSE(reading.value);
  EXPECT_NE(reading.reason.find("would be"), std::string::npos);
  const MeterRules unrated{.digits = 3, .decimals = 1};
  EXPECT_EQ(judged({wheels_at({0, 4, 2}), needle_at(3.4)}, unrated, LastReading{.value = 45, .hours = 24}).reason,
            "42.3 would be less than 45, which was read before");
}

TEST(JudgeReading, it_begins_again_behind_its_largest_value) {
  const std::vector parts{wheels_at({0, 0, 2}), needle_at(3.4)};
  EXPECT_EQ(judged(parts, water, LastReading{.value = 999.5, .hours = 24}).value, 2.3);
  EXPECT_EQ(judged(parts, {.digits = 3, .decimals = 1}, LastReading{.value = 999.5, .hours = 24}).value, 2.3);
}

TEST(JudgeReading, nor_faster_than_it_can) {
  const std::vector parts{wheels_at({0, 4, 2}), needle_at(3.4)};
  EXPECT_EQ(judged(parts, water, LastReading{.value = 2, .hours = 24}).value, 42.3);
  const auto reading = judged(parts, water, LastReading{.value = 2, .hours = 2});
  EXPECT_FALSE(reading.value);
  EXPECT_NE(reading.reason.find("2.5 an hour are plausible"), std::string::npos);
}

TEST(JudgeReading, a_gauge_goes_up_and_down) {
  const MeterRules gauge{.digits = 3, .decimals = 1, .rolls_over = false, .largest_rate = 2.5};
  EXPECT_EQ(judged({wheels_at({0, 4, 2}), needle_at(3.4)}, gauge, LastReading{.value = 45, .hours = 24}).value, 42.3);
}

TEST(JudgeReading, what_contradicts_the_history_gives_way_to_what_was_seen_as_well) {
  // The first wheel looks like a 7, and might be a 1; after 104 only that can be.
  PartSeen first{.kind = PartKind::wheels, .places = {place_at(7, 0)}};
  first.places[0].fill(0);
  first.places[0][70] = 0.6F;
  first.places[0][10] = 0.4F;
  const std::vector parts{first, wheels_at({0, 6}), needle_at(3.4)};
  EXPECT_FALSE(judged(parts, water).value) << "neither is sure";
  const auto reading = judged(parts, water, LastReading{.value = 104, .hours = 24});
  EXPECT_EQ(reading.value, 106.3);
}

TEST(JudgeReading, a_value_that_was_not_seen_is_not_made_up) {
  const auto reading = judged({wheels_at({7, 0, 6}), needle_at(3.4)}, water, LastReading{.value = 104, .hours = 24});
  EXPECT_FALSE(reading.value);
  EXPECT_NE(reading.reason.find("706.3"), std::string::npos);
}

TEST(JudgeReading, of_a_display_the_votes_for_one_number_count_together) {
  const MeterRules energy{.digits = 6, .decimals = 1};
  const auto reading =
      judged({display({{"007664.8", 0.5}, {"7664.8 kWh", 0.3}, {"0076648", 0.15}, {"LITRES", 0.05}})}, energy);
  EXPECT_EQ(reading.value, 7664.8);
  EXPECT_EQ(reading.value_text, "007664.8");
  EXPECT_EQ(reading.raw_text, "007664.8");
  EXPECT_NEAR(reading.confidence, 1, 1e-9) << "what cannot be this meter's number is left out";
}

TEST(JudgeReading, of_a_display_that_was_mostly_read_as_something_else_nothing_is_told) {
  const MeterRules energy{.digits = 6, .decimals = 1};
  const auto reading = judged({display({{"LITRES", 0.6}, {"007664.8", 0.4}})}, energy);
  EXPECT_FALSE(reading.value);
  EXPECT_EQ(reading.likeliest_text, "007664.8");
  EXPECT_NEAR(reading.confidence, 0.4 / 0.6, 1e-9);
}

TEST(JudgeReading, a_display_that_says_no_number_is_unknown) {
  EXPECT_EQ(judged({display({{"LITRES", 1}})}, {.digits = 3}).reason,
            "what was read is no number that this meter can show");
  EXPECT_EQ(judged({display({})}, {.digits = 3}).reason, "nothing could be read");
  EXPECT_EQ(judged({}, {}).reason, "nothing could be read");
}

}  // namespace
}  // namespace sightglass::vision
