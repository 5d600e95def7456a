#include "vision/readings/display_text.hpp"

#include <gtest/gtest.h>

namespace sightglass::vision {
namespace {

TEST(DisplayText, takes_the_number_out_of_what_stands_around_it) {
  EXPECT_EQ(number_in("007205.4 kWh", 6, 1), "007205.4");
  EXPECT_EQ(number_in("kWh 5901.1", 0, 1), "5901.1");
  EXPECT_EQ(number_in("46.29", 0, 0), "46.29");
}

TEST(DisplayText, letters_that_look_like_digits_become_those) {
  EXPECT_EQ(number_in("0018O41", 7, 0), "0018041");
  EXPECT_EQ(number_in("1SOS1", 5, 0), std::nullopt) << "half must be digits";
  EXPECT_EQ(number_in("l4I8", 4, 0), "1418");
  EXPECT_EQ(number_in("12,5", 0, 1), "12.5");
}

TEST(DisplayText, sets_a_point_that_cannot_be_seen) {
  EXPECT_EQ(number_in("0076648", 6, 1), "007664.8");
  EXPECT_EQ(number_in("2182", 4, 1), std::nullopt) << "a digit may be missing";
  EXPECT_EQ(number_in("8", 1, 1), std::nullopt) << "a digit must stand before it";
}

TEST(DisplayText, refuses_what_the_meter_cannot_show) {
  EXPECT_EQ(number_in("12345678", 6, 1), std::nullopt) << "too many digits";
  EXPECT_EQ(number_in("123.45", 6, 1), std::nullopt) << "another number of decimals";
  EXPECT_EQ(number_in("12.5", 6, 0), std::nullopt);
  EXPECT_EQ(number_in("1.2.3", 0, 0), std::nullopt);
  EXPECT_EQ(number_in("LITRES", 0, 0), std::nullopt) << "no digit stands in it";
  EXPECT_EQ(number_in("", 0, 0), std::nullopt);
  EXPECT_EQ(number_in("1x5", 0, 0), std::nullopt);
}

}  // namespace
}  // namespace sightglass::vision
