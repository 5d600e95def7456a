#include "core/time.hpp"

#include <gtest/gtest.h>

namespace sightglass::core {
namespace {

Instant at(std::string_view text) {
  const auto parsed = parse_iso8601(text);
  EXPECT_TRUE(parsed) << text;
  return parsed.value_or(Instant{});
}

TEST(Time, writes_iso8601_with_microseconds_so_that_text_order_is_time_order) {
  EXPECT_EQ(to_iso8601(from_micros(0)), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(to_iso8601(from_micros(1'795'234'353'123'456)), "2026-11-21T04:12:33.123456Z");
  EXPECT_LT(to_iso8601(from_micros(999'999)), to_iso8601(from_micros(1'000'000)));
}

TEST(Time, reads_every_form_it_promises) {
  EXPECT_EQ(at("2026-11-21"), at("2026-11-21T00:00:00Z"));
  EXPECT_EQ(at("2026-11-21 04:12"), at("2026-11-21T04:12:00Z"));
  EXPECT_EQ(at("2026-11-21T05:12:33+01:00"), at("2026-11-21T04:12:33Z"));
  EXPECT_EQ(at("2026-11-20T23:42:33-0430"), at("2026-11-21T04:12:33Z"));
  EXPECT_EQ(to_micros(at("1970-01-01T00:00:00.5")), 500'000);
  EXPECT_EQ(to_micros(at("1970-01-01T00:00:00.123456789Z")), 123'456);
}

TEST(Time, refuses_what_is_no_time) {
  for (const char* text :
       {"", "yesterday", "2026-13-01", "2026-02-30", "2026-11-21T24:00:00Z", "2026-11-21T04:60:00Z",
        "2026-11-21T04:12:33+25:00", "2026-11-21T04:12:33+25:00!", "2026-11-21T04:12:33Zx", "0000-01-01", "2026-11-21T",
        "2026-11-21T04:12:33.1234567890Z", "26-11-21", "2026-11-21T04:12:33+01:00Z"})
    EXPECT_FALSE(parse_iso8601(text)) << text;
}

TEST(Time, refuses_times_that_an_offset_moves_out_of_the_calendar) {
  EXPECT_FALSE(parse_iso8601("9999-12-31T23:59:59-00:01"));
  EXPECT_FALSE(parse_iso8601("0001-01-01T00:00:00+00:01"));
  EXPECT_FALSE(parse_http_date("Fri, 31 Dec 9999 23:59:60 GMT"));
  EXPECT_TRUE(parse_iso8601("9999-12-31T23:59:59.999999Z"));
  EXPECT_TRUE(parse_iso8601("0001-01-01T00:00:00Z"));
}

TEST(Time, reads_back_what_it_writes) {
  for (std::int64_t micros : {-62'135'596'800'000'000LL + 1, -1LL, 0LL, 951'782'400'000'000LL, 4'102'444'799'999'999LL})
    EXPECT_EQ(parse_iso8601(to_iso8601(from_micros(micros))), from_micros(micros));
}

TEST(Time, compact_form_names_the_second) { EXPECT_EQ(to_compact(at("2026-11-21T04:12:33.9Z")), "20261121_041233"); }

TEST(Time, http_dates_go_both_ways) {
  EXPECT_EQ(to_http_date(at("1994-11-06T08:49:37Z")), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), at("1994-11-06T08:49:37Z"));
  for (const char* text : {"", "Sun, 06 Nov 1994 08:49:37", "Sun, 32 Nov 1994 08:49:37 GMT", "06 Nov 1994"})
    EXPECT_FALSE(parse_http_date(text)) << text;
}

}  // namespace
}  // namespace sightglass::core
