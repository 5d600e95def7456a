#include "core/ids.hpp"

#include <gtest/gtest.h>

#include <set>
#include <thread>
#include <vector>

namespace sightglass::core {
namespace {

constexpr Instant moment = Instant{std::chrono::microseconds{1'795'234'353'123'456}};

TEST(Uuid, is_version_7_of_the_rfc_variant_and_carries_its_millisecond) {
  const auto uuid = Uuid::make_v7(moment);
  EXPECT_EQ(uuid.bytes[6] >> 4, 7);
  EXPECT_EQ(uuid.bytes[8] >> 6, 2);
  std::int64_t millis = 0;
  for (std::size_t i = 0; i < 6; ++i) millis = millis * 256 + uuid.bytes[i];
  EXPECT_GE(millis, to_micros(moment) / 1000);
}

TEST(Uuid, ids_of_one_thread_are_in_order_even_within_a_millisecond_or_when_the_clock_goes_back) {
  Uuid previous = Uuid::make_v7(moment);
  for (int i = 0; i < 10'000; ++i) {
    const auto next = Uuid::make_v7(i % 100 == 0 ? moment - std::chrono::seconds(1) : moment);
    ASSERT_LT(previous, next);
    previous = next;
  }
}

TEST(Uuid, threads_never_make_the_same) {
  std::vector<std::vector<Uuid>> made(4);
  {
    std::vector<std::jthread> threads;
    for (auto& mine : made)
      threads.emplace_back([&mine] {
        for (int i = 0; i < 5'000; ++i) mine.push_back(Uuid::make_v7(moment));
      });
  }
  std::set<Uuid> all;
  for (const auto& mine : made) all.insert(mine.begin(), mine.end());
  EXPECT_EQ(all.size(), 20'000U);
}

TEST(Uuid, text_goes_both_ways_and_nothing_else_is_read) {
  const auto uuid = Uuid::make_v7(moment);
  EXPECT_EQ(Uuid::parse(uuid.to_string()), uuid);
  EXPECT_EQ(Uuid::parse("0190F0E0-0000-7000-8000-0000000000AF")->to_string(), "0190f0e0-0000-7000-8000-0000000000af");
  for (const char* text :
       {"", "0190f0e0", "0190f0e0-0000-7000-8000-0000000000ag", "0190f0e0-0000-7000-8000-0000000000aff",
        "0190f0e000007000800000000000000000af", "{190f0e0-0000-7000-8000-0000000000af"})
    EXPECT_FALSE(Uuid::parse(text)) << text;
}

TEST(JobId, reads_positive_decimal_numbers_only) {
  EXPECT_EQ(JobId::parse("17")->value, 17);
  EXPECT_EQ(JobId::parse("9223372036854775807")->value, INT64_MAX);
  for (const char* text : {"", "0", "-1", "+1", "1.0", "0x10", " 1", "1 ", "9223372036854775808", "one"})
    EXPECT_FALSE(JobId::parse(text)) << text;
}

}  // namespace
}  // namespace sightglass::core
