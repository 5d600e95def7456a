#include "vision/codes/picture_copies.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace sightglass::vision {
namespace {

// Grey with a black block of 20×10 pixels whose left top corner is at (60, 30).
constexpr core::Size size{160, 120};
constexpr core::Box block{60, 30, 20, 10};

GreyPicture scene() {
  GreyPicture picture{size, std::vector<std::uint8_t>(static_cast<std::size_t>(size.pixels()), 180)};
  for (std::int32_t y = 30; y < 40; ++y) {
    for (std::int32_t x = 60; x < 80; ++x) picture.values[static_cast<std::size_t>(y * size.width + x)] = 0;
  }
  return picture;
}

core::Box dark_box(const GreyPicture& picture) {
  std::int32_t left = picture.size.width, top = picture.size.height, right = 0, bottom = 0;
  for (std::int32_t y = 0; y < picture.size.height; ++y) {
    for (std::int32_t x = 0; x < picture.size.width; ++x) {
      if (picture.values[static_cast<std::size_t>(y * picture.size.width + x)] > 90) continue;
      left = std::min(left, x), right = std::max(right, x + 1), top = std::min(top, y),
      bottom = std::max(bottom, y + 1);
    }
  }
  return {static_cast<double>(left), static_cast<double>(top), static_cast<double>(right - left),
          static_cast<double>(bottom - top)};
}

TEST(PictureCopies, know_where_their_pixels_come_from) {
  for (const auto& wish : {Copy{}, Copy{.scale = 2}, Copy{.scale = 0.5}, Copy{.treatment = Treatment::framed},
                           Copy{.treatment = Treatment::sharpened, .scale = 2}, Copy{.treatment = Treatment::blurred},
                           Copy{.treatment = Treatment::contrast}, Copy{.degrees = 90}, Copy{.degrees = -90}}) {
    const auto copy = copy_of(scene(), wish);
    ASSERT_TRUE(copy) << copy.error().message;
    const auto found = box_on_original(*copy, dark_box(copy->picture));
    EXPECT_NEAR(found.x, block.x, 2) << static_cast<int>(wish.treatment) << ' ' << wish.scale << ' ' << wish.degrees;
    EXPECT_NEAR(found.y, block.y, 2);
    EXPECT_NEAR(found.width, block.width, 3);
    EXPECT_NEAR(found.height, block.height, 3);
  }
}

TEST(PictureCopies, hold_all_of_a_turned_picture) {
  for (const std::int32_t degrees : {-45, -15, 15, 30, 45}) {
    const auto copy = copy_of(scene(), {.degrees = degrees});
    ASSERT_TRUE(copy) << copy.error().message;
    const auto found = box_on_original(*copy, dark_box(copy->picture));
    EXPECT_NEAR(found.x + found.width / 2, 70, 1.5) << degrees;
    EXPECT_NEAR(found.y + found.height / 2, 35, 1.5) << degrees;
    EXPECT_GT(copy->picture.size.pixels(), size.pixels()) << degrees;
  }
}

TEST(PictureCopies, are_treated_as_wished) {
  const auto inverted = copy_of(scene(), {.treatment = Treatment::inverted});
  ASSERT_TRUE(inverted);
  EXPECT_EQ(inverted->picture.values[0], 75);
  const auto framed = copy_of(scene(), {.treatment = Treatment::framed});
  ASSERT_TRUE(framed);
  EXPECT_EQ(framed->picture.size, (core::Size{192, 152}));
  EXPECT_EQ(framed->picture.values[0], 255);
}

TEST(PictureCopies, take_pictures_of_one_pixel_and_refuse_those_without) {
  for (const auto treatment : {Treatment::plain, Treatment::contrast, Treatment::sharpened, Treatment::blurred,
                               Treatment::inverted, Treatment::framed}) {
    for (const double scale : {0.5, 1.0, 2.0}) {
      EXPECT_TRUE(copy_of({{1, 1}, {7}}, {treatment, scale, 15})) << static_cast<int>(treatment) << ' ' << scale;
    }
  }
  EXPECT_FALSE(copy_of({}, {.treatment = Treatment::contrast}));
  EXPECT_FALSE(copy_of({{4, 4}, {1, 2}}, {.scale = 2}));
  EXPECT_FALSE(copy_of({{4, 4}, {1, 2}}, {.treatment = Treatment::sharpened}));
  EXPECT_FALSE(copy_of({{4, 4}, {1, 2}}, {.treatment = Treatment::framed}));
}

}  // namespace
}  // namespace sightglass::vision
