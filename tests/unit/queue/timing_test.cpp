#include "queue/schedules/timing.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sightglass::queue::schedules {
namespace {

using core::Instant;
using Texts = std::vector<std::string>;

Instant at(std::string_view text) { return core::parse_iso8601(text).value(); }
std::string text_of(Instant instant) { return core::to_iso8601(instant).substr(0, 19) + "Z"; }

Timing parse(std::string_view expression, std::string_view zone = "UTC") {
  auto parsed = Timing::parse(expression, zone);
  if (!parsed) throw std::runtime_error(std::string(expression) + ": " + parsed.error().message);
  return *parsed;
}
core::Error refusal_of(std::string_view expression, std::string_view zone = "UTC") {
  const auto parsed = Timing::parse(expression, zone);
  EXPECT_FALSE(parsed) << expression << " in " << zone;
  return parsed ? core::Error{} : parsed.error();
}
Texts due(const Timing& timing, std::string_view from, int count) {
  Texts found;
  for (auto next = timing.next_after(at(from)); next && count > 0; --count) {
    found.push_back(text_of(*next));
    next = timing.next_after(*next);
  }
  return found;
}

TEST(Timing, means_the_zones_clocks) {
  EXPECT_EQ(due(parse("0 9 * * *", "Europe/Zurich"), "2026-06-01", 1), Texts{"2026-06-01T07:00:00Z"});
  EXPECT_EQ(due(parse("0 9 * * *", "Europe/Zurich"), "2026-12-01", 1), Texts{"2026-12-01T08:00:00Z"});
  EXPECT_EQ(due(parse("0 9 * * *", "Asia/Kathmandu"), "2026-12-01", 1), Texts{"2026-12-01T03:15:00Z"});
  EXPECT_EQ(due(parse("0 9 * * *"), "2026-12-01", 1), Texts{"2026-12-01T09:00:00Z"});
}

TEST(Timing, comes_after_the_instant_and_never_at_it) {
  const auto timing = parse("0 9 * * *");
  EXPECT_EQ(due(timing, "2026-12-01T08:59:59.999999", 1), Texts{"2026-12-01T09:00:00Z"});
  EXPECT_EQ(due(timing, "2026-12-01T09:00:00", 1), Texts{"2026-12-02T09:00:00Z"});
}

// On 29 March 2026 Zurich's clocks go from 02:00 to 03:00, at 01:00 UTC.
TEST(Timing, runs_a_time_that_does_not_exist_at_the_jump) {
  EXPECT_EQ(due(parse("30 2 * * *", "Europe/Zurich"), "2026-03-28", 3),
            (Texts{"2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"}));
  EXPECT_EQ(due(parse("0 2 29 3 *", "Europe/Zurich"), "2026-03-28", 1), Texts{"2026-03-29T01:00:00Z"});
}

TEST(Timing, makes_one_run_of_all_times_that_a_jump_skips_and_of_the_one_after_it) {
  EXPECT_EQ(due(parse("*/20 1-3 29 3 *", "Europe/Zurich"), "2026-03-28T23:59", 7),
            (Texts{"2026-03-29T00:00:00Z", "2026-03-29T00:20:00Z", "2026-03-29T00:40:00Z", "2026-03-29T01:00:00Z",
                   "2026-03-29T01:20:00Z", "2026-03-29T01:40:00Z", "2027-03-28T23:00:00Z"}));
}

// On 25 October 2026 they go from 03:00 back to 02:00, at 01:00 UTC.
TEST(Timing, runs_a_time_that_comes_twice_once) {
  EXPECT_EQ(due(parse("30 2 * * *", "Europe/Zurich"), "2026-10-24T12:00", 2),
            (Texts{"2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"}));
  EXPECT_EQ(due(parse("0 2,3 * * *", "Europe/Zurich"), "2026-10-24T12:00", 3),
            (Texts{"2026-10-25T00:00:00Z", "2026-10-25T02:00:00Z", "2026-10-26T01:00:00Z"}));
}

TEST(Timing, does_not_repeat_itself_when_asked_within_the_second_pass) {
  const auto timing = parse("*/30 2 * * *", "Europe/Zurich");
  for (const auto* from : {"2026-10-25T00:30:00", "2026-10-25T00:59:59", "2026-10-25T01:00:00", "2026-10-25T01:15:00"})
    EXPECT_EQ(due(timing, from, 1), Texts{"2026-10-26T01:00:00Z"}) << from;
}

TEST(Timing, lets_what_repeats_all_day_follow_the_time_that_passes) {
  const auto timing = parse("*/30 * * * *", "Europe/Zurich");
  EXPECT_EQ(due(timing, "2026-10-25T00:00", 5),
            (Texts{"2026-10-25T00:30:00Z", "2026-10-25T01:00:00Z", "2026-10-25T01:30:00Z", "2026-10-25T02:00:00Z",
                   "2026-10-25T02:30:00Z"}));
  EXPECT_EQ(due(timing, "2026-03-29T00:00", 3),
            (Texts{"2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z"}));
  EXPECT_EQ(due(parse("@hourly", "Europe/Zurich"), "2026-10-25T00:00", 2),
            (Texts{"2026-10-25T01:00:00Z", "2026-10-25T02:00:00Z"}));
}

// Lord Howe's clocks move by half an hour: on 4 October 2026 from 02:00 to 02:30, at 15:30 UTC the day before.
TEST(Timing, knows_jumps_of_half_an_hour) {
  EXPECT_EQ(due(parse("15 2 * * *", "Australia/Lord_Howe"), "2026-10-03T12:00", 2),
            (Texts{"2026-10-03T15:30:00Z", "2026-10-04T15:15:00Z"}));
  EXPECT_EQ(due(parse("45 2 * * *", "Australia/Lord_Howe"), "2026-10-03T12:00", 1), Texts{"2026-10-03T15:45:00Z"});
}

// Samoa had no 30 December 2011: midnight was followed by that of the 31st, at 10:00 UTC on the 30th.
TEST(Timing, knows_a_day_that_was_left_out) {
  EXPECT_EQ(due(parse("0 9 * * *", "Pacific/Apia"), "2011-12-29T12:00", 3),
            (Texts{"2011-12-29T19:00:00Z", "2011-12-30T10:00:00Z", "2011-12-30T19:00:00Z"}));
}

TEST(Timing, counts_every_so_often_from_1970_whatever_clocks_do) {
  EXPECT_EQ(due(parse("@every 15m", "Europe/Zurich"), "2026-10-25T00:50", 3),
            (Texts{"2026-10-25T01:00:00Z", "2026-10-25T01:15:00Z", "2026-10-25T01:30:00Z"}));
  EXPECT_EQ(due(parse("@every 1h30m"), "2026-11-21T00:00", 2), (Texts{"2026-11-21T01:30:00Z", "2026-11-21T03:00:00Z"}));
  EXPECT_EQ(due(parse("@every 10s"), "2026-11-21T00:00:09.5", 2),
            (Texts{"2026-11-21T00:00:10Z", "2026-11-21T00:00:20Z"}));
  EXPECT_EQ(due(parse("@every 2d"), "1969-12-31T00:00", 1), Texts{"1970-01-01T00:00:00Z"});
}

TEST(Timing, runs_a_one_off_once) {
  EXPECT_EQ(due(parse("@at 2027-01-31T08:00:00Z", "Asia/Tokyo"), "2026-11-21", 2), Texts{"2027-01-31T08:00:00Z"});
  EXPECT_EQ(due(parse("@at 2027-01-31T08:00", "Asia/Tokyo"), "2026-11-21", 2), Texts{"2027-01-30T23:00:00Z"});
  EXPECT_EQ(due(parse("@at 2027-01-31T08:00+02:00", "Asia/Tokyo"), "2026-11-21", 2), Texts{"2027-01-31T06:00:00Z"});
  EXPECT_EQ(due(parse("@at 2027-01-31", "Asia/Tokyo"), "2026-11-21", 2), Texts{"2027-01-30T15:00:00Z"});
  EXPECT_EQ(due(parse("@at 2027-01-31T08:00:00Z"), "2027-01-31T08:00:00", 1), Texts{});
  EXPECT_TRUE(parse("@at 2027-01-31T08:00").is_one_off());
  EXPECT_FALSE(parse("@daily").is_one_off());
}

TEST(Timing, means_the_first_of_two_equal_times_and_the_jump_for_a_skipped_one) {
  EXPECT_EQ(due(parse("@at 2026-10-25T02:30", "Europe/Zurich"), "2026-10-01", 1), Texts{"2026-10-25T00:30:00Z"});
  EXPECT_EQ(due(parse("@at 2026-10-25T03:00", "Europe/Zurich"), "2026-10-01", 1), Texts{"2026-10-25T02:00:00Z"});
  EXPECT_EQ(due(parse("@at 2026-03-29T02:30", "Europe/Zurich"), "2026-03-01", 1), Texts{"2026-03-29T01:00:00Z"});
}

TEST(Timing, refuses_zones_that_are_none) {
  for (const auto* zone : {"", "Nowhere/Nothing", "europe/zurich", "../../etc/passwd", "/etc/localtime",
                           "file:Europe/Zurich", "libc:localtime", "localtime", "right/Europe/Zurich", "Europe",
                           "Europe//Zurich", "Europe/", "Europe/Zurich\n", "Fixed/UTC+01:00:00"}) {
    const auto refused = refusal_of("@daily", zone);
    EXPECT_EQ(refused.field, "time_zone") << zone;
    EXPECT_NE(refused.message.find("Europe/Zurich"), std::string::npos);
  }
  EXPECT_EQ(refusal_of("@daily", std::string(65, 'A')).field, "time_zone");
}

TEST(Timing, refuses_expressions_that_are_none) {
  for (const auto* text : {"@every", "@every ", "@every 5", "@every m", "@every 9s", "@every 367d", "@every 1w",
                           "@every -5m", "@every 1h 30m", "@every 99999999999h", "@every 15m x", "@everyday"})
    EXPECT_EQ(refusal_of(text).field, "expression") << text;
  for (const auto* text : {"@at", "@at tomorrow", "@at 2027-02-30", "@at 2027-01-31T25:00", "@at2027-01-31"})
    EXPECT_EQ(refusal_of(text).field, "expression") << text;
  EXPECT_EQ(refusal_of(std::string(201, '*')).field, "expression");
  EXPECT_EQ(refusal_of("0 0 30 2 *").field, "expression");
}

TEST(Timing, finds_the_latest_due_times_first) {
  const auto found = [](const Timing& timing, std::string_view from, std::string_view until, std::int32_t most) {
    Texts texts;
    for (const auto instant : timing.latest_due(at(from), at(until), most)) texts.push_back(text_of(instant));
    return texts;
  };
  EXPECT_EQ(found(parse("0 9 * * *"), "2026-11-01T09:00", "2026-11-21T08:59:59", 3),
            (Texts{"2026-11-20T09:00:00Z", "2026-11-19T09:00:00Z", "2026-11-18T09:00:00Z"}));
  EXPECT_EQ(found(parse("0 9 * * *"), "2026-11-20T09:00", "2026-11-21T09:00", 5),
            (Texts{"2026-11-21T09:00:00Z", "2026-11-20T09:00:00Z"}));
  EXPECT_EQ(found(parse("0 9 * * *"), "2026-11-20T09:00", "2026-11-20T08:00", 5), Texts{});
  EXPECT_EQ(found(parse("@every 10s"), "2016-11-20T09:00", "2026-11-20T08:00:05", 1), Texts{"2026-11-20T08:00:00Z"});
  EXPECT_EQ(found(parse("@at 2026-11-20T08:00Z"), "2026-11-20T08:00", "2026-12-20", 5), Texts{"2026-11-20T08:00:00Z"});
  EXPECT_EQ(found(parse("30 2 * * *", "Europe/Zurich"), "2026-03-28T01:30", "2026-03-30", 5),
            (Texts{"2026-03-29T01:00:00Z", "2026-03-28T01:30:00Z"}));
}

}  // namespace
}  // namespace sightglass::queue::schedules
