#include "vision/meters/find_plates.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace sightglass::vision {
namespace {

using core::Raster;

Raster plain(std::int32_t width, std::int32_t height, std::uint8_t grey) {
  return {.size = {width, height},
          .rgb = std::vector<std::uint8_t>(static_cast<std::size_t>(3 * width * height), grey)};
}

// A rectangle about a middle, turned clockwise.
void add_rectangle(Raster& picture, double x, double y, double width, double height, double degrees,
                   std::uint8_t grey) {
  const double angle = degrees * std::numbers::pi / 180;
  for (std::int32_t row = 0; row < picture.size.height; ++row)
    for (std::int32_t column = 0; column < picture.size.width; ++column) {
      const double u = (column + 0.5 - x) * std::cos(angle) + (row + 0.5 - y) * std::sin(angle);
      const double v = (row + 0.5 - y) * std::cos(angle) - (column + 0.5 - x) * std::sin(angle);
      if (std::abs(u) > width / 2 || std::abs(v) > height / 2) continue;
      const auto place = 3 * (static_cast<std::size_t>(row) * static_cast<std::size_t>(picture.size.width) +
                              static_cast<std::size_t>(column));
      for (std::size_t channel = 0; channel < 3; ++channel) picture.rgb[place + channel] = grey;
    }
}

TEST(FindPlates, finds_a_dark_plate_and_its_corners) {
  auto picture = plain(800, 450, 200);
  add_rectangle(picture, 380, 210, 360, 110, 0, 60);
  const auto plates = find_plates(picture, 3);
  ASSERT_TRUE(plates) << plates.error().message;
  ASSERT_EQ(plates->size(), 1U) << "found at many levels, told once";
  const Quadrangle wanted{200, 155, 560, 155, 560, 265, 200, 265};
  for (std::size_t i = 0; i < 8; ++i) EXPECT_NEAR(plates->front()[i], wanted[i], 6) << i;
}

TEST(FindPlates, begins_at_the_left_top_of_a_plate_that_is_turned) {
  for (const double degrees : {-9.0, 9.0}) {
    auto picture = plain(600, 400, 220);
    add_rectangle(picture, 300, 200, 300, 80, degrees, 40);
    const auto plates = find_plates(picture, 1);
    ASSERT_TRUE(plates && plates->size() == 1) << degrees;
    const auto& corners = plates->front();
    const double slope = std::atan2(corners[3] - corners[1], corners[2] - corners[0]) * 180 / std::numbers::pi;
    EXPECT_NEAR(slope, degrees, 1.5);
    EXPECT_LT(corners[1], corners[7]);
  }
}

TEST(FindPlates, digits_do_not_take_a_plate_apart) {
  auto picture = plain(600, 400, 210);
  add_rectangle(picture, 300, 200, 300, 90, 0, 70);
  for (int digit = 0; digit < 5; ++digit) add_rectangle(picture, 200 + 50.0 * digit, 200, 7, 60, 0, 225);
  const auto plates = find_plates(picture, 1);
  ASSERT_TRUE(plates && plates->size() == 1);
  EXPECT_NEAR(plates->front()[2] - plates->front()[0], 300, 8);
}

TEST(FindPlates, dark_ones_come_before_light_ones) {
  auto picture = plain(800, 600, 128);
  add_rectangle(picture, 400, 150, 400, 140, 0, 230);
  add_rectangle(picture, 400, 430, 240, 80, 0, 30);
  const auto plates = find_plates(picture, 4);
  ASSERT_TRUE(plates && plates->size() >= 2);
  EXPECT_GT((*plates)[0][1], 350);
  EXPECT_LT((*plates)[1][1], 150);
}

TEST(FindPlates, finds_none_where_nothing_lies) {
  EXPECT_TRUE(find_plates(plain(300, 200, 90), 3)->empty());
  auto standing = plain(400, 400, 200);
  add_rectangle(standing, 200, 200, 80, 240, 0, 40);
  EXPECT_TRUE(find_plates(standing, 3)->empty());
  auto steep = plain(600, 600, 200);
  add_rectangle(steep, 300, 300, 300, 80, 35, 40);
  EXPECT_TRUE(find_plates(steep, 3)->empty());
  EXPECT_FALSE(find_plates(Raster{}, 3));
}

}  // namespace
}  // namespace sightglass::vision
