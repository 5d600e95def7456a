#include "queue/task_log.hpp"

#include <gtest/gtest.h>

namespace sightglass::queue {
namespace {

TEST(TaskLog, keeps_lines_in_order_with_their_level) {
  const core::SystemClock clock;
  TaskLog log(clock);
  log.say("first");
  log.warn("second \"quoted\"");
  const auto lines = log.lines();
  EXPECT_EQ(lines.count, 2);
  EXPECT_EQ(lines.dropped, 0);
  EXPECT_LT(lines.json.find(R"("level":"info","words":"first")"), lines.json.find(R"("level":"warning")"));
  EXPECT_NE(lines.json.find(R"(second \"quoted\")"), std::string::npos);
}

TEST(TaskLog, says_nothing_of_nothing) {
  const core::SystemClock clock;
  const TaskLog log(clock);
  EXPECT_EQ(log.lines().count, 0);
  EXPECT_EQ(log.lines().json, "[]");
}

TEST(TaskLog, lets_the_oldest_go_by_number_and_by_size) {
  const core::SystemClock clock;
  TaskLog many(clock);
  for (std::size_t i = 0; i < most_log_lines + 7; ++i) many.say("short");
  EXPECT_EQ(many.lines().count, static_cast<std::int64_t>(most_log_lines));
  EXPECT_EQ(many.lines().dropped, 7);
  TaskLog large(clock);
  for (int i = 0; i < 20; ++i) large.say(std::string(1'000, 'x'));
  EXPECT_EQ(large.lines().count, 8);
  EXPECT_EQ(large.lines().dropped, 12);
}

TEST(TaskLog, cuts_a_long_line_between_two_characters) {
  const core::SystemClock clock;
  TaskLog log(clock);
  std::string words(longest_log_line - 1, 'x');
  log.say(words + "üü");
  EXPECT_NE(log.lines().json.find(words + "…"), std::string::npos);
}

}  // namespace
}  // namespace sightglass::queue
