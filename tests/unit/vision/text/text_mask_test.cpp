#include "vision/text/text_mask.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace sightglass::vision {
namespace {

// A mask of `side`×`side` with a rectangle of `width`×`height` around the middle, turned by `degrees` clockwise.
Tensor with_rectangle(std::int64_t side, double width, double height, double degrees, float value = 0.9F) {
  Tensor mask{.shape = {1, 1, side, side}, .values = std::vector<float>(static_cast<std::size_t>(side * side), 0)};
  const double angle = degrees * 3.14159265358979 / 180;
  for (std::int64_t y = 0; y < side; ++y) {
    for (std::int64_t x = 0; x < side; ++x) {
      const double u = static_cast<double>(x) + 0.5 - static_cast<double>(side) / 2;
      const double v = static_cast<double>(y) + 0.5 - static_cast<double>(side) / 2;
      const bool is_inside = std::abs(u * std::cos(angle) + v * std::sin(angle)) <= width / 2 &&
                             std::abs(v * std::cos(angle) - u * std::sin(angle)) <= height / 2;
      if (is_inside) mask.values[static_cast<std::size_t>(y * side + x)] = value;
    }
  }
  return mask;
}

TEST(TextMask, moves_the_sides_out_and_begins_at_the_left_top) {
  const auto boxes = boxes_on_mask(with_rectangle(100, 40, 10, 0));
  ASSERT_TRUE(boxes) << boxes.error().message;
  ASSERT_EQ(boxes->size(), 1U);
  EXPECT_NEAR(boxes->front().score, 0.9, 1e-6);
  // Contours run through pixels' middles: 39×9 grows by 39·9·1.6/(2·48) = 5.85 to each side.
  const auto& corners = boxes->front().corners;
  const double grown = 39 * 9 * 1.6 / 96;
  const std::array<double, 8> expected{30.5 - grown, 45.5 - grown, 69.5 + grown, 45.5 - grown,
                                       69.5 + grown, 54.5 + grown, 30.5 - grown, 54.5 + grown};
  for (std::size_t index = 0; index < 8; ++index) EXPECT_NEAR(corners[index], expected[index], 0.02) << index;
}

TEST(TextMask, follows_slanted_text_clockwise) {
  for (const double degrees : {20.0, -20.0}) {
    const auto boxes = boxes_on_mask(with_rectangle(100, 60, 12, degrees));
    ASSERT_EQ(boxes->size(), 1U);
    const auto& c = boxes->front().corners;
    EXPECT_NEAR(std::atan2(c[3] - c[1], c[2] - c[0]) * 180 / 3.14159265, degrees, 1.5);
    EXPECT_GT((c[2] - c[0]) * (c[5] - c[3]) - (c[3] - c[1]) * (c[4] - c[2]), 0) << "clockwise on a picture";
  }
}

TEST(TextMask, leaves_out_what_is_weak_or_small) {
  EXPECT_TRUE(boxes_on_mask(with_rectangle(100, 40, 10, 0, 0.29F))->empty());
  EXPECT_TRUE(boxes_on_mask(with_rectangle(100, 40, 10, 0, 0.45F))->empty()) << "text, but not surely";
  EXPECT_TRUE(boxes_on_mask(with_rectangle(100, 40, 2, 0))->empty());
  EXPECT_TRUE(boxes_on_mask(with_rectangle(100, 0, 0, 0))->empty());
}

TEST(TextMask, takes_a_mask_that_is_full) {
  const auto boxes = boxes_on_mask(with_rectangle(64, 200, 200, 0));
  ASSERT_TRUE(boxes);
  EXPECT_EQ(boxes->size(), 1U);
}

TEST(TextMask, keeps_the_best_of_many) {
  Tensor mask{.shape = {200, 200}, .values = std::vector<float>(40'000, 0)};
  for (std::size_t row = 0; row < 10; ++row) {
    for (std::size_t column = 0; column < 10; ++column) {
      const float value = 0.5F + 0.004F * static_cast<float>(row * 10 + column);
      for (std::size_t y = 0; y < 8; ++y) {
        for (std::size_t x = 0; x < 14; ++x) mask.values[(row * 20 + y) * 200 + column * 20 + x] = value;
      }
    }
  }
  const auto boxes = boxes_on_mask(mask);
  ASSERT_TRUE(boxes);
  ASSERT_EQ(boxes->size(), 60U);
  EXPECT_NEAR(boxes->front().score, 0.896, 1e-3);
  EXPECT_GT(boxes->front().score, boxes->back().score);
}

TEST(TextMask, refuses_what_is_no_mask) {
  for (const auto& mask : {Tensor{}, Tensor{{4}, std::vector<float>(4, 0)},
                           Tensor{{2, 4, 4}, std::vector<float>(32, 0)}, Tensor{{4, 4}, std::vector<float>(15, 0)}}) {
    EXPECT_EQ(boxes_on_mask(mask).error().code, core::ErrorCode::invalid_input);
  }
}

}  // namespace
}  // namespace sightglass::vision
