#include "sources/http_index/listing_text.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sightglass::sources::http_index {
namespace {

struct Written {
  std::string_view text;
  std::string_view means;  // empty: no time
  int precision = 0;       // seconds
};

TEST(FindTimeTest, reads_what_servers_write) {
  for (const auto& [text, means, precision] : {
           Written{"2025-03-27 21:52  5.3M", "2025-03-27T21:52:00Z", 60},                // Apache
           Written{"   27-Mar-2025 21:52    5583698", "2025-03-27T21:52:00Z", 60},       // nginx
           Written{"2025-Mar-27 21:52:58", "2025-03-27T21:52:58Z", 1},                   // lighttpd
           Written{" 2015-03-01T01:35:31Z", "2015-03-01T01:35:31Z", 1},                  // Caddy
           Written{"2015-03-01 01:35:31 +0000 UTC", "2015-03-01T01:35:31Z", 1},          // rclone
           Written{"2015-03-01 01:35:31.123456 +0200 CEST", "2015-02-28T23:35:31Z", 1},  // rclone
           Written{"2015-03-01T01:35:31-05:30", "2015-03-01T07:05:31Z", 1},
           Written{"    27Mar2025 21:52        5583698", "2025-03-27T21:52:00Z", 60},  // mini_httpd
           Written{"Fri, 02 Jun 2023 22:57:06 GMT", "2023-06-02T22:57:06Z", 1},        // Tomcat
           Written{"root  Mar 27  2025  5452 kB", "2025-03-27T00:00:00Z", 86400},      // webfs
           Written{"3/13/2025 9:05:32 PM", "2025-03-13T21:05:32Z", 1},                 // serve-index
           Written{" 2/28/2025 11:26 AM         4120 ", "2025-02-28T11:26:00Z", 60},   // IIS
           Written{"10/1/2026 12:10 AM", "2026-10-01T00:10:00Z", 60},
           Written{"2010/12/21    15:56        <dir>", "2010-12-21T15:56:00Z", 60},  // IIS in China
           Written{"28.02.2025 11:26", "2025-02-28T11:26:00Z", 60},                  // IIS in Germany
           Written{"28/02/2025 11:26", "2025-02-28T11:26:00Z", 60},
           Written{"03/02/2025 11:26", ""},  // of March or of February
           Written{"2025-02-30 11:26", ""},
           Written{"2025-13-01 11:26", ""},
           Written{"Nov 21 02:38", ""},
           Written{"1234567", ""},
           Written{"", ""},
           Written{"-", ""},
       }) {
    const auto found = find_time(text);
    if (means.empty()) {
      EXPECT_FALSE(found) << text;
      continue;
    }
    ASSERT_TRUE(found) << text;
    EXPECT_EQ(core::to_iso8601(found->at), core::to_iso8601(*core::parse_iso8601(means))) << text;
    EXPECT_EQ(found->precision.count(), precision) << text;
    EXPECT_LE(found->end, text.size());
    EXPECT_LT(found->begin, found->end);
  }
}

TEST(FindTimeTest, leaves_an_hour_that_is_none_out) {
  EXPECT_EQ(find_time("2025-03-27 29:52")->precision, std::chrono::hours(24));
  EXPECT_EQ(find_time("2025-03-27 13:52 PM")->precision, std::chrono::hours(24));
}

TEST(ListedSizeTest, is_exact_only_where_nothing_was_rounded) {
  for (const auto& [text, bytes] : std::vector<std::pair<std::string_view, std::int64_t>>{{" 5583698 ", 5583698},
                                                                                          {"0", 0},
                                                                                          {"400 ", 400},
                                                                                          {"1023B", 1023},
                                                                                          {"1024  B", 1024},
                                                                                          {"12 bytes", 12},
                                                                                          {"1,234,567", 1234567},
                                                                                          {"5368709120", 5368709120}}) {
    EXPECT_EQ(size_at_start(text).kind, SizeKind::exact) << text;
    EXPECT_EQ(size_at_start(text).bytes, bytes) << text;
    EXPECT_EQ(size_at_end(text).bytes, bytes) << text;
  }
  for (const std::string_view text : {"1.0M", " 17K", "5452 kB", "6221.5 KiB", "1G", "1.5", "12,34"})
    EXPECT_EQ(size_at_start(text).kind, SizeKind::rounded) << text;
  for (const std::string_view text : {"", "-", "  - ", "Camera", "<dir>", "12px", "99999999999999999999999K9"})
    EXPECT_EQ(size_at_start(text).kind, SizeKind::none) << text;
  EXPECT_NE(size_at_start("99999999999999999999999").kind, SizeKind::exact);
}

}  // namespace
}  // namespace sightglass::sources::http_index
