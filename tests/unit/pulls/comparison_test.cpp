#include "pulls/comparison.hpp"

#include <gtest/gtest.h>

namespace sightglass::pulls {
namespace {

using database::pull_files::Known;
using sources::RemoteFile;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const core::Instant noon = *core::parse_iso8601("2026-11-21T12:00:00Z");

TEST(Comparison, sees_a_replaced_file_by_what_both_sides_know) {
  const Known known{.bytes = 10, .modified_at = noon, .etag = "x"};
  EXPECT_FALSE(is_replaced(known, {}));
  EXPECT_FALSE(is_replaced(known, {.bytes = 10, .modified_at = noon, .etag = "x"}));
  EXPECT_TRUE(is_replaced(known, {.bytes = 11}));
  EXPECT_TRUE(is_replaced(known, {.modified_at = noon + seconds(1)}));
  EXPECT_TRUE(is_replaced(known, {.modified_at = noon - hours(1)})) << "an older file put in its place";
  EXPECT_TRUE(is_replaced(known, {.etag = "y"}));
  EXPECT_FALSE(is_replaced(known, {.modified_at = noon + hours(1), .etag = "x"}))
      << "touched, and the tag knows better";
  EXPECT_FALSE(is_replaced(known, {.modified_at = noon + seconds(59), .precision = minutes(1)}));
  EXPECT_TRUE(is_replaced(known, {.modified_at = noon + seconds(60), .precision = minutes(1)}));
}

TEST(Comparison, leaves_a_young_file_alone_by_the_servers_clock) {
  const auto server = noon + hours(5);  // its clock is wrong
  EXPECT_EQ(settled_at(server - seconds(2), server, noon, seconds(5)), noon + seconds(3));
  EXPECT_EQ(settled_at(server - seconds(5), server, noon, seconds(5)), noon);
  EXPECT_EQ(settled_at(server + seconds(1), server, noon, seconds(5)), noon + seconds(5)) << "times in whole seconds";
  EXPECT_EQ(settled_at(std::nullopt, server, noon, seconds(5)), noon);
  EXPECT_EQ(settled_at(noon - seconds(2), std::nullopt, noon, seconds(5)), noon + seconds(3));
  for (const auto* odd : {"1970-01-01T00:00:00Z", "2099-12-31T23:59:59Z"})
    EXPECT_EQ(settled_at(core::parse_iso8601(odd), server, noon, seconds(5)), noon) << odd;
  EXPECT_EQ(settled_at(noon, noon, noon, seconds(0)), noon);
}

TEST(Comparison, keeps_any_name_as_text_that_no_other_has) {
  const std::string odd = "d r/\xE9t\xE9 %41\n\x01.jpg";
  EXPECT_EQ(ledger_path({.path = odd}), "d%20r/%E9t%E9%20%2541%0A%01.jpg");
  EXPECT_EQ(shown_name({.path = odd}), "\xEF\xBF\xBDt\xEF\xBF\xBD %41  .jpg");
  const auto long_name = shown_name({.path = std::string(100, 'x') + std::string(400, '\xC3')});
  EXPECT_LE(long_name.size(), 255u);
  std::string umlauts;
  for (int i = 0; i < 300; ++i) umlauts += "\xC3\xBC";
  EXPECT_EQ(shown_name({.path = umlauts}).size(), 254u) << "cut between characters";
}

TEST(Comparison, tries_a_file_five_times) {
  EXPECT_EQ(pause_after(1), seconds(5));
  EXPECT_EQ(pause_after(4), seconds(3'600));
  EXPECT_EQ(pause_after(5), std::nullopt);
}

TEST(Comparison, sorts_by_time_and_then_by_path) {
  std::vector<RemoteFile> files{{.path = "b", .modified_at = noon},
                                {.path = "z"},
                                {.path = "a", .modified_at = noon},
                                {.path = "c", .modified_at = noon - hours(1)},
                                {.path = "y"}};
  sort_by_age(files);
  std::string order;
  for (const auto& file : files) order += file.path;
  EXPECT_EQ(order, "yzcab");
}

}  // namespace
}  // namespace sightglass::pulls
