#include "core/box.hpp"

#include <gtest/gtest.h>

namespace sightglass::core {
namespace {

TEST(Box, overlap_is_what_both_share_of_what_either_covers) {
  EXPECT_DOUBLE_EQ(overlap({0, 0, 10, 10}, {0, 0, 10, 10}), 1);
  EXPECT_DOUBLE_EQ(overlap({0, 0, 10, 10}, {5, 0, 10, 10}), 50.0 / 150);
  EXPECT_DOUBLE_EQ(overlap({0, 0, 10, 10}, {10, 0, 10, 10}), 0);
  EXPECT_DOUBLE_EQ(overlap({0, 0, 0, 10}, {0, 0, 0, 10}), 0);
}

TEST(Box, is_cut_to_its_picture) {
  EXPECT_EQ(clipped({-5, 2, 10, 4}, {20, 20}), (Box{0, 2, 5, 4}));
  EXPECT_EQ(clipped({15, 15, 10, 10}, {20, 20}), (Box{15, 15, 5, 5}));
  EXPECT_TRUE(clipped({30, 30, 4, 4}, {20, 20}).is_empty());
}

TEST(Box, goes_where_its_picture_is_turned_to) {
  constexpr Size upright{40, 20};
  EXPECT_EQ(turned_by({1, 2, 3, 4}, upright, 90), (Box{14, 1, 4, 3}));
  EXPECT_EQ(turned_by({1, 2, 3, 4}, upright, 180), (Box{36, 14, 3, 4}));
  EXPECT_EQ(turned_by({1, 2, 3, 4}, upright, 270), (Box{2, 36, 4, 3}));
}

TEST(Box, comes_back_from_every_turn) {
  constexpr Size upright{40, 20};
  constexpr Box box{1, 2, 3, 4};
  for (const int degrees : {0, 90, 180, 270})
    EXPECT_EQ(turned_back(turned_by(box, upright, degrees), upright, degrees), box) << degrees;
}

}  // namespace
}  // namespace sightglass::core
