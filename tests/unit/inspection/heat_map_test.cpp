#include "inspection/heat_map.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace sightglass::inspection {
namespace {

HeatMap through_bytes(const HeatMap& map) { return heat_map_from_bytes(to_bytes(map).value()).value(); }

TEST(HeatMap, comes_back_as_near_as_half_precision_is) {
  HeatMap map{.size = {5, 3}};
  map.z = {0, 1, -1, 0.1F, 3.1415F, 10, 1e-7F, 6e-8F, 6.1e-5F, 1000.5F, 65'504, 2048, 2049, 0.33333F, -0.0625F};
  const auto back = through_bytes(map);
  EXPECT_EQ(back.size, map.size);
  ASSERT_EQ(back.z.size(), map.z.size());
  // Half a step: 2^-11 of the number, and 2^-25 of the smallest.
  for (std::size_t i = 0; i < map.z.size(); ++i)
    EXPECT_NEAR(back.z[i], map.z[i], std::max(std::abs(map.z[i]) / 2048, 3e-8F)) << map.z[i];
}

TEST(HeatMap, holds_what_is_too_large_and_drops_what_is_no_number) {
  const float infinite = std::numeric_limits<float>::infinity();
  const auto back = through_bytes({.size = {3, 1}, .z = {1e9F, infinite, std::nanf("")}});
  EXPECT_EQ(back.z[0], 65'504);
  EXPECT_EQ(back.z[1], 0);
  EXPECT_EQ(back.z[2], 0);
}

TEST(HeatMap, refuses_sizes_that_do_not_fit) {
  EXPECT_FALSE(to_bytes({.size = {2, 2}, .z = {1, 2, 3}}));
  EXPECT_FALSE(to_bytes({.size = {0, 5}, .z = {}}));
  EXPECT_FALSE(to_bytes({.size = {largest_heat_map + 1, 1}, .z = std::vector<float>(largest_heat_map + 1)}));
}

TEST(HeatMap, refuses_bytes_that_are_none) {
  const auto good = to_bytes({.size = {2, 1}, .z = {1, 2}}).value();
  for (std::size_t length = 0; length < good.size(); ++length)
    EXPECT_FALSE(heat_map_from_bytes(good.substr(0, length))) << length;
  EXPECT_FALSE(heat_map_from_bytes(good + "x"));
  auto other = good;
  other[3] = '2';
  EXPECT_FALSE(heat_map_from_bytes(other));
  auto empty = good;
  empty[4] = 0;
  EXPECT_FALSE(heat_map_from_bytes(empty));
  const auto infinite = good.substr(0, 8) + std::string("\0\x7c\xff\x7f", 4);
  const auto map = heat_map_from_bytes(infinite).value();
  EXPECT_EQ(map.z, (std::vector<float>{0, 0}));
}

TEST(HeatMap, is_painted_smoothly_from_black_to_white) {
  const auto picture = painted({.size = {2, 1}, .z = {0, 10}}, 8, 10);
  EXPECT_EQ(picture.size, (core::Size{16, 8}));
  ASSERT_EQ(picture.pixels.size(), 128U);
  EXPECT_EQ(picture.pixels.front(), 0);
  EXPECT_EQ(picture.pixels.at(15), 255);
  // Halfway between the centres, which lie at 4 and 12.
  EXPECT_NEAR(picture.pixels.at(7), 255 * 3.5 / 8, 1);
  for (std::size_t x = 1; x < 16; ++x) EXPECT_GE(picture.pixels.at(x), picture.pixels.at(x - 1));
  const auto beyond = painted({.size = {2, 1}, .z = {-5, 50}}, 1, 10);
  EXPECT_EQ(beyond.pixels, (std::vector<std::uint8_t>{0, 255}));
}

}  // namespace
}  // namespace sightglass::inspection
