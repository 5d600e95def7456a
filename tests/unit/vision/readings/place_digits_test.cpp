#include "vision/readings/place_digits.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "unit/vision/readings/places.hpp"

namespace sightglass::vision {
namespace {

using test::needle_at;
using test::wheels_at;

std::string likeliest(const std::vector<PartSeen>& parts) {
  const auto rows = rows_of_digits(parts);
  return rows.empty() ? "" : rows.front().digits;
}

TEST(PlaceDigits, wheels_that_stand_still_are_read_one_by_one) {
  EXPECT_EQ(likeliest({wheels_at({0, 0, 4, 2, 3})}), "00423");
}

TEST(PlaceDigits, a_wheel_moves_on_while_the_one_below_it_goes_from_nine_to_nought) {
  // The last wheel is half way from 9 to 0, and the one before it half way from 2 to 3: it is still 29.
  EXPECT_EQ(likeliest({wheels_at({2.5, 9.5})}), "29");
  EXPECT_EQ(likeliest({wheels_at({2.9, 9.7})}), "29");
  EXPECT_EQ(likeliest({wheels_at({3.0, 0.0})}), "30");
  // The carry goes on through nines.
  EXPECT_EQ(likeliest({wheels_at({1.5, 9.5, 9.5})}), "199");
}

TEST(PlaceDigits, a_wheel_that_is_mounted_a_little_off_is_read_all_the_same) {
  EXPECT_EQ(likeliest({wheels_at({3.2, 4.0})}), "34");
  EXPECT_EQ(likeliest({wheels_at({2.8, 4.0})}), "34");
}

TEST(PlaceDigits, needles_move_all_the_time) {
  EXPECT_EQ(likeliest({needle_at(5.2), needle_at(1.9), needle_at(9.0)}), "519");
  // Just before a digit, with the next needle behind nought: it has been passed.
  EXPECT_EQ(likeliest({needle_at(4.9), needle_at(0.3)}), "50");
  EXPECT_EQ(likeliest({needle_at(5.1), needle_at(9.8)}), "49");
}

TEST(PlaceDigits, all_rows_together_are_one) {
  double all = 0;
  for (const auto& row : rows_of_digits(std::vector{wheels_at({2.5, 9.5}, 0.9)})) all += row.probability;
  EXPECT_NEAR(all, 1, 0.01) << "but for very unlikely ones";
}

TEST(PlaceDigits, what_is_anywhere_is_nowhere_sure) {
  const auto rows = rows_of_digits(std::vector{wheels_at({4}, 0)});
  ASSERT_EQ(rows.size(), 10U);
  EXPECT_NEAR(rows.front().probability, 0.1, 1e-6);
  EXPECT_TRUE(rows_of_digits({}).empty());
}

TEST(PlaceDigits, a_wheel_between_two_digits_is_neither) {
  EXPECT_EQ(whole_digit_of(test::place_at(3.1)).digit, 3);
  EXPECT_GT(whole_digit_of(test::place_at(9.8)).confidence, 0.9);
  EXPECT_EQ(whole_digit_of(test::place_at(9.8)).digit, 0);
  EXPECT_LT(whole_digit_of(test::place_at(3.5)).confidence, 0.1);
}

TEST(PlaceDigits, a_place_stands_where_most_of_it_is) {
  const auto value = value_of(test::place_at(9.9, 0.9));
  EXPECT_NEAR(value.value, 9.9, 0.02);
  EXPECT_NEAR(value.confidence, 0.907, 1e-3);
  PlaceShares around{};
  around[99] = 0.5F, around[1] = 0.5F;
  EXPECT_NEAR(std::fmod(value_of(around).value + 5, 10), 5, 1e-6) << "nought lies between 9.9 and 0.1";
}

}  // namespace
}  // namespace sightglass::vision
