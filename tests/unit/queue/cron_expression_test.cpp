#include "queue/schedules/cron_expression.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sightglass::queue::schedules {
namespace {

LocalTime local(std::string_view text) {
  return LocalTime{std::chrono::floor<std::chrono::seconds>(core::parse_iso8601(text).value()).time_since_epoch()};
}
std::string text_of(LocalTime time) { return core::to_iso8601(core::Instant{time.time_since_epoch()}).substr(0, 16); }

CronExpression parse(std::string_view text) {
  auto parsed = CronExpression::parse(text);
  if (!parsed) throw std::runtime_error(std::string(text) + ": " + parsed.error().message);
  return *parsed;
}
std::string refusal_of(std::string_view text) {
  const auto parsed = CronExpression::parse(text);
  if (parsed) return "";
  EXPECT_EQ(parsed.error().code, core::ErrorCode::invalid_input);
  EXPECT_EQ(parsed.error().field, "expression");
  return parsed.error().message;
}
// The first `count` matches from `from` on.
std::vector<std::string> matches(std::string_view expression, std::string_view from, int count) {
  const auto cron = parse(expression);
  std::vector<std::string> found;
  for (auto at = cron.first_from(local(from)); at && count > 0; --count) {
    found.push_back(text_of(*at));
    at = cron.first_from(*at + std::chrono::minutes{1});
  }
  return found;
}
using Texts = std::vector<std::string>;

// 21 November 2026 is a Saturday.
TEST(CronExpression, names_minutes_by_values_lists_ranges_and_steps) {
  EXPECT_EQ(matches("30 4 * * *", "2026-11-21", 2), (Texts{"2026-11-21T04:30", "2026-11-22T04:30"}));
  EXPECT_EQ(matches("0,45 8 * * *", "2026-11-21", 3),
            (Texts{"2026-11-21T08:00", "2026-11-21T08:45", "2026-11-22T08:00"}));
  EXPECT_EQ(matches("0 22-23 * * *", "2026-11-21", 3),
            (Texts{"2026-11-21T22:00", "2026-11-21T23:00", "2026-11-22T22:00"}));
  EXPECT_EQ(matches("*/20 5 * * *", "2026-11-21", 4),
            (Texts{"2026-11-21T05:00", "2026-11-21T05:20", "2026-11-21T05:40", "2026-11-22T05:00"}));
  EXPECT_EQ(matches("0 8-18/5,23 * * *", "2026-11-21", 4),
            (Texts{"2026-11-21T08:00", "2026-11-21T13:00", "2026-11-21T18:00", "2026-11-21T23:00"}));
}

TEST(CronExpression, takes_its_own_minute_for_the_first) {
  EXPECT_EQ(matches("30 4 * * *", "2026-11-21T04:30", 1), Texts{"2026-11-21T04:30"});
  EXPECT_EQ(matches("30 4 * * *", "2026-11-21T04:31", 1), Texts{"2026-11-22T04:30"});
  EXPECT_EQ(matches("59 23 31 12 *", "2026-12-31T23:59", 2), (Texts{"2026-12-31T23:59", "2027-12-31T23:59"}));
}

TEST(CronExpression, knows_months_and_weekdays_by_name_in_any_case) {
  EXPECT_EQ(matches("0 0 1 jan,JUL *", "2026-11-21", 2), (Texts{"2027-01-01T00:00", "2027-07-01T00:00"}));
  EXPECT_EQ(matches("0 9 * * Mon-fri", "2026-11-21", 6),
            (Texts{"2026-11-23T09:00", "2026-11-24T09:00", "2026-11-25T09:00", "2026-11-26T09:00", "2026-11-27T09:00",
                   "2026-11-30T09:00"}));
}

TEST(CronExpression, has_two_numbers_for_sunday) {
  EXPECT_EQ(matches("0 0 * * 0", "2026-11-21", 2), (Texts{"2026-11-22T00:00", "2026-11-29T00:00"}));
  EXPECT_EQ(matches("0 0 * * 7", "2026-11-21", 2), (Texts{"2026-11-22T00:00", "2026-11-29T00:00"}));
  EXPECT_EQ(matches("0 0 * * 5-7", "2026-11-21T00:01", 2), (Texts{"2026-11-22T00:00", "2026-11-27T00:00"}));
  EXPECT_EQ(matches("0 0 1 * 0-6", "2026-11-21", 1), Texts{"2026-12-01T00:00"});
}

TEST(CronExpression, takes_either_day_when_both_are_restricted) {
  EXPECT_EQ(matches("0 0 13 * fri", "2026-11-21", 3),
            (Texts{"2026-11-27T00:00", "2026-12-04T00:00", "2026-12-11T00:00"}));
  EXPECT_EQ(matches("0 0 13 12 fri", "2026-12-12", 2), (Texts{"2026-12-13T00:00", "2026-12-18T00:00"}));
}

TEST(CronExpression, waits_for_days_that_are_rare) {
  EXPECT_EQ(matches("0 0 29 2 *", "2026-11-21", 2), (Texts{"2028-02-29T00:00", "2032-02-29T00:00"}));
  EXPECT_EQ(matches("0 0 29 2 *", "2096-03-01", 1), Texts{"2104-02-29T00:00"});
  EXPECT_EQ(matches("0 0 31 * *", "2026-11-21", 3),
            (Texts{"2026-12-31T00:00", "2027-01-31T00:00", "2027-03-31T00:00"}));
}

TEST(CronExpression, ends_with_the_calendar) {
  EXPECT_EQ(matches("0 0 1 1 *", "9999-01-02", 1), Texts{});
  EXPECT_EQ(matches("59 23 * * *", "9999-12-31", 2), Texts{"9999-12-31T23:59"});
}

TEST(CronExpression, has_names_for_the_usual_ones) {
  EXPECT_EQ(matches("@hourly", "2026-11-21T00:01", 1), Texts{"2026-11-21T01:00"});
  EXPECT_EQ(matches("@daily", "2026-11-21T00:01", 1), Texts{"2026-11-22T00:00"});
  EXPECT_EQ(matches("@midnight", "2026-11-21T00:01", 1), Texts{"2026-11-22T00:00"});
  EXPECT_EQ(matches("@weekly", "2026-11-21T00:01", 1), Texts{"2026-11-22T00:00"});
  EXPECT_EQ(matches("@monthly", "2026-11-21T00:01", 1), Texts{"2026-12-01T00:00"});
  EXPECT_EQ(matches("@yearly", "2026-11-21T00:01", 1), Texts{"2027-01-01T00:00"});
  EXPECT_EQ(matches("@annually", "2026-11-21T00:01", 1), Texts{"2027-01-01T00:00"});
}

TEST(CronExpression, says_whether_it_repeats_all_day) {
  EXPECT_TRUE(parse("*/15 * * * *").is_all_day());
  EXPECT_TRUE(parse("7 0-23 1 * *").is_all_day());
  EXPECT_FALSE(parse("0 */2 * * *").is_all_day());
  EXPECT_FALSE(parse("@daily").is_all_day());
}

TEST(CronExpression, tells_a_minute_that_it_names) {
  const auto cron = parse("*/20 5 13 * fri");
  EXPECT_TRUE(cron.matches(local("2026-11-27T05:40")));
  EXPECT_TRUE(cron.matches(local("2026-12-13T05:00")));
  EXPECT_FALSE(cron.matches(local("2026-11-27T05:41")));
  EXPECT_FALSE(cron.matches(local("2026-11-27T06:40")));
  EXPECT_FALSE(cron.matches(local("2026-11-28T05:40")));
}

TEST(CronExpression, names_the_wrong_field_and_what_is_allowed) {
  EXPECT_EQ(refusal_of("60 * * * *").substr(0, 55), "The minute cannot be 60. Allowed are 0 to 59, \"*\", rang");
  EXPECT_TRUE(refusal_of("* 24 * * *").starts_with("The hour cannot be 24. Allowed are 0 to 23"));
  EXPECT_TRUE(refusal_of("* * 0 * *").starts_with("The day of the month cannot be 0. Allowed are 1 to 31"));
  EXPECT_TRUE(refusal_of("* * * 13 *").starts_with("The month cannot be 13. Allowed are 1 to 12 or jan to dec"));
  EXPECT_TRUE(refusal_of("* * * * 8").starts_with("The weekday cannot be 8. Allowed are 0 to 7 or sun to sat"));
  EXPECT_TRUE(refusal_of("* * * may-jan *").starts_with("The month cannot run backwards from 5 to 1."));
  EXPECT_TRUE(refusal_of("x * * * *").starts_with("The minute cannot be \"x\"."));
  EXPECT_TRUE(refusal_of("* * * * monday").starts_with("The weekday cannot be \"monday\"."));
}

TEST(CronExpression, refuses_steps_that_mean_nothing) {
  EXPECT_TRUE(refusal_of("*/0 * * * *").starts_with("The minute cannot have the step 0; here 1 to 59 are possible."));
  EXPECT_TRUE(refusal_of("*/90 * * * *").starts_with("The minute cannot have the step 90;"));
  EXPECT_TRUE(refusal_of("10-20/11 * * * *").starts_with("The minute cannot have the step 11; here 1 to 10"));
  EXPECT_TRUE(refusal_of("5/15 * * * *").starts_with("The minute can have a step after \"*\" or a range only."));
  EXPECT_TRUE(refusal_of("*/ * * * *").starts_with("The minute cannot have the step \"\"."));
}

TEST(CronExpression, refuses_what_is_no_expression) {
  EXPECT_NE(refusal_of("").find("Here are 0."), std::string::npos);
  EXPECT_NE(refusal_of("* * * *").find("Here are 4."), std::string::npos);
  EXPECT_NE(refusal_of("0 * * * * *").find("Here are 6."), std::string::npos);
  EXPECT_NE(refusal_of("@fortnightly").find("hourly, daily"), std::string::npos);
  for (const auto* text : {"1, * * * *", ",1 * * * *", "1- * * * *", "-1 * * * *", "+1 * * * *", "1-2-3 * * * *",
                           "* * * ,jan *", "*-5 * * * *", "** * * * *", "99999999999 * * * *", "1.5 * * * *"})
    EXPECT_NE(refusal_of(text), "") << text;
}

TEST(CronExpression, shows_no_hostile_text_in_its_errors) {
  EXPECT_NE(refusal_of("\x1b[31m\"\xff * * * *").find("\"?[31m??\""), std::string::npos);
  EXPECT_LT(refusal_of(std::string(150, 'x') + " * * * *").size(), 200U);
}

TEST(CronExpression, refuses_dates_that_never_come) {
  EXPECT_EQ(refusal_of("0 0 30 2 *"), "This date never comes: no month that is allowed has such a day of the month.");
  EXPECT_NE(refusal_of("0 0 31 feb,apr,jun,sep,nov *"), "");
  EXPECT_EQ(refusal_of("0 0 30 feb,apr *"), "");
  EXPECT_EQ(refusal_of("0 0 29 2 *"), "");
  EXPECT_EQ(refusal_of("0 0 30 2 mon"), "") << "Mondays in February do come";
}

}  // namespace
}  // namespace sightglass::queue::schedules
