#include "telemetry/log.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <regex>
#include <string>

namespace sightglass::telemetry {
namespace {

std::string written(LogFormat format, Level least, const std::function<void()>& act) {
  configure_log(least, format);
  testing::internal::CaptureStderr();
  act();
  return testing::internal::GetCapturedStderr();
}

TEST(Log, writes_a_line_of_time_level_event_and_fields) {
  const auto line = written(LogFormat::text, Level::info,
                            [] { log_warning("upload refused", {{"photo", "abc"}, {"bytes", std::int64_t{17}}}); });
  EXPECT_TRUE(std::regex_match(
      line, std::regex(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z warning upload refused photo=abc bytes=17\n)")))
      << line;
}

TEST(Log, quotes_a_value_that_could_forge_another_field_or_line) {
  const auto line = written(LogFormat::text, Level::info,
                            [] { log_warning("upload", {{"name", "a b=\"c\"\nerror x"}, {"empty", ""}}); });
  EXPECT_NE(line.find(R"(name="a b=\"c\"\nerror x" empty="")"), std::string::npos) << line;
  EXPECT_EQ(std::ranges::count(line, '\n'), 1);
}

TEST(Log, writes_one_json_object_per_line_with_bare_numbers_and_booleans) {
  const auto line = written(LogFormat::json, Level::info, [] {
    log_error("task failed", {{"task", "t\"1"}, {"seconds", 1.5}, {"final", true}, {"attempt", std::int32_t{3}}});
  });
  EXPECT_NE(line.find(R"("level":"error","event":"task failed","task":"t\"1","seconds":1.5,"final":true,"attempt":3})"
                      "\n"),
            std::string::npos)
      << line;
  EXPECT_EQ(line.front(), '{');
}

TEST(Log, writes_null_for_a_number_json_cannot_hold) {
  const auto line = written(LogFormat::json, Level::info,
                            [] { log_warning("odd", {{"value", std::numeric_limits<double>::quiet_NaN()}}); });
  EXPECT_NE(line.find(R"("value":null)"), std::string::npos) << line;
}

TEST(Log, leaves_out_what_is_below_the_least_level) {
  const auto line = written(LogFormat::text, Level::warning, [] {
    log_info("quiet");
    log_error("loud");
  });
  EXPECT_EQ(line.find("quiet"), std::string::npos);
  EXPECT_NE(line.find("error loud\n"), std::string::npos);
}

}  // namespace
}  // namespace sightglass::telemetry
