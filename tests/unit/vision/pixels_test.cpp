#include "vision/pixels.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "unit/vision/test_rasters.hpp"

namespace sightglass::vision {
namespace {

using test::painted;
using test::plain;

TEST(Pixels, averages_what_shrinks) {
  auto picture = plain({4, 2}, 0, 0, 0);
  for (int x = 0; x < 4; x += 2) picture.rgb[static_cast<std::size_t>(3 * x)] = 200;
  const auto half = resized(picture, {2, 1});
  ASSERT_TRUE(half);
  EXPECT_EQ(half->size, (core::Size{2, 1}));
  EXPECT_EQ(half->rgb, (std::vector<std::uint8_t>{50, 0, 0, 50, 0, 0}));
}

TEST(Pixels, enlarges_between_pixels) {
  const GreyPicture picture{.size = {2, 1}, .values = {0, 100}};
  const auto larger = resized(picture, {4, 1});
  ASSERT_TRUE(larger);
  EXPECT_EQ(larger->values, (std::vector<std::uint8_t>{0, 25, 75, 100}));
}

TEST(Pixels, refuses_sizes_that_are_none) {
  const auto picture = plain({4, 4}, 1, 2, 3);
  for (const core::Size size : {core::Size{0, 4}, {4, -1}, {20'000, 4}}) {
    EXPECT_EQ(resized(picture, size).error().code, core::ErrorCode::invalid_input);
    EXPECT_EQ(warped(picture, {1, 0, 0, 0, 1, 0, 0, 0, 1}, size).error().code, core::ErrorCode::invalid_input);
  }
}

TEST(Pixels, refuses_pictures_whose_bytes_are_not_their_size) {
  core::Raster picture = plain({4, 4}, 1, 2, 3);
  picture.rgb.pop_back();
  EXPECT_FALSE(resized(picture, {2, 2}));
  EXPECT_FALSE(cut_out(picture, {0, 0, 2, 2}));
  EXPECT_FALSE(grey_of(picture));
  EXPECT_FALSE(tensor_of(picture, {}));
  EXPECT_FALSE(turned(core::Raster{}, 90));
  EXPECT_FALSE(equalised(GreyPicture{}, 4));
}

TEST(Pixels, cuts_to_whole_pixels_outwards) {
  const auto picture = painted({4, 3});
  const auto part = cut_out(picture, {1.5, 0.5, 1, 1});
  ASSERT_TRUE(part);
  EXPECT_EQ(part->size, (core::Size{2, 2}));
  EXPECT_EQ(part->rgb[0], picture.row(0)[3]);
  EXPECT_EQ(cut_out(picture, {-5, -5, 100, 100})->rgb, picture.rgb);
  EXPECT_EQ(cut_out(picture, {4, 0, 5, 5}).error().code, core::ErrorCode::invalid_input);
  EXPECT_EQ(cut_out(picture, {1, 1, 0, 0}).error().code, core::ErrorCode::invalid_input);
}

TEST(Pixels, turns_clockwise) {
  const auto picture = painted({3, 2});
  const auto quarter = turned(picture, 90);
  ASSERT_TRUE(quarter);
  EXPECT_EQ(quarter->size, (core::Size{2, 3}));
  EXPECT_EQ(quarter->row(0)[0], picture.row(1)[0]) << "the left bottom comes to the left top";
  EXPECT_EQ(turned(*turned(picture, 180), 180)->rgb, picture.rgb);
  EXPECT_EQ(turned(*quarter, 270)->rgb, picture.rgb);
  EXPECT_EQ(turned(picture, 0)->rgb, picture.rgb);
  EXPECT_EQ(turned(picture, 45).error().code, core::ErrorCode::invalid_input);
}

TEST(Pixels, weighs_colours_as_eyes_do) {
  EXPECT_EQ(grey_of(plain({1, 1}, 255, 0, 0))->values[0], 76);
  EXPECT_EQ(grey_of(plain({1, 1}, 0, 255, 0))->values[0], 150);
  EXPECT_EQ(grey_of(plain({1, 1}, 0, 0, 255))->values[0], 29);
}

TEST(Pixels, straightens_the_whole_picture_into_itself) {
  const auto picture = painted({8, 5});
  const auto same = straightened(picture, {0, 0, 8, 0, 8, 5, 0, 5}, {8, 5});
  ASSERT_TRUE(same);
  EXPECT_EQ(same->rgb, picture.rgb);
}

TEST(Pixels, straightens_what_stands_on_its_head) {
  const auto picture = painted({8, 5});
  const auto upright = straightened(picture, {8, 5, 0, 5, 0, 0, 8, 0}, {8, 5});
  ASSERT_TRUE(upright);
  EXPECT_EQ(upright->rgb, turned(picture, 180)->rgb);
}

TEST(Pixels, refuses_corners_that_span_nothing) {
  const auto picture = painted({8, 5});
  EXPECT_EQ(straightened(picture, {1, 1, 2, 1, 3, 1, 4, 1}, {8, 5}).error().code, core::ErrorCode::invalid_input);
  const double none = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(straightened(picture, {none, 0, 8, 0, 8, 5, 0, 5}, {8, 5}).error().code, core::ErrorCode::invalid_input);
  EXPECT_EQ(warped(picture, {none, 0, 0, 0, 1, 0, 0, 0, 1}, {8, 5}).error().code, core::ErrorCode::invalid_input);
}

TEST(Pixels, warps_from_where_the_matrix_says_and_repeats_the_edge) {
  const auto picture = painted({4, 1});
  const auto moved = warped(picture, {1, 0, 2, 0, 1, 0, 0, 0, 1}, {4, 1});
  ASSERT_TRUE(moved);
  EXPECT_EQ(moved->rgb[0], picture.rgb[6]);
  EXPECT_EQ(moved->rgb[3], picture.rgb[9]);
  EXPECT_EQ(moved->rgb[9], picture.rgb[9]);
}

TEST(Pixels, spreads_faint_contrast_and_keeps_colours) {
  auto picture = plain({64, 64}, 100, 90, 80);
  for (int x = 0; x < 32; ++x) {
    for (int y = 0; y < 64; ++y) picture.rgb[static_cast<std::size_t>(3 * (y * 64 + x))] = 104;
  }
  const auto clear = equalised(picture, 4);
  ASSERT_TRUE(clear);
  const auto before = *grey_of(picture);
  const auto after = *grey_of(*clear);
  EXPECT_GT(std::abs(after.values[0] - after.values[63]), 2 * std::abs(before.values[0] - before.values[63]));
  EXPECT_GT(clear->rgb[0], clear->rgb[2]) << "red is still above blue";
  for (const double limit : {0.0, -1.0, std::numeric_limits<double>::infinity()})
    EXPECT_FALSE(equalised(picture, limit));
  EXPECT_FALSE(equalised(picture, 4, 0));
  EXPECT_FALSE(equalised(picture, 4, 65));
}

TEST(Pixels, gives_planes_in_the_order_that_is_asked_for) {
  const auto picture = plain({2, 1}, 10, 20, 30);
  const auto rgb = tensor_of(picture, {});
  ASSERT_TRUE(rgb);
  EXPECT_EQ(rgb->shape, (std::vector<std::int64_t>{1, 3, 1, 2}));
  EXPECT_EQ(rgb->values, (std::vector<float>{10, 10, 20, 20, 30, 30}));
  EXPECT_EQ(tensor_of(picture, {.order = ColourOrder::bgr})->values, (std::vector<float>{30, 30, 20, 20, 10, 10}));
  const auto grey = tensor_of(picture, {.order = ColourOrder::grey});
  EXPECT_EQ(grey->shape, (std::vector<std::int64_t>{1, 1, 1, 2}));
  EXPECT_EQ(grey->values[0], 18);
}

TEST(Pixels, takes_means_in_the_networks_order) {
  const auto picture = plain({1, 1}, 10, 20, 30);
  const PixelScale scale{.order = ColourOrder::bgr, .mean = {30, 10, 0}, .deviation = {1, 2, 5}};
  EXPECT_EQ(tensor_of(picture, scale)->values, (std::vector<float>{0, 5, 2}));
  EXPECT_EQ(tensor_of(picture, {.deviation = {1, 0, 1}}).error().code, core::ErrorCode::invalid_input);
}

TEST(Pixels, fills_what_a_letterbox_leaves) {
  const auto picture = plain({4, 2}, 200, 200, 200);
  const auto place = Letterbox::fit({4, 2}, {4, 4});
  const auto tensor = letterboxed(picture, place, {.mean = {100, 100, 100}, .deviation = {10, 10, 10}}, 127.5F);
  ASSERT_TRUE(tensor);
  EXPECT_EQ(tensor->shape, (std::vector<std::int64_t>{1, 3, 4, 4}));
  EXPECT_FLOAT_EQ(tensor->values[0], 2.75F);
  EXPECT_FLOAT_EQ(tensor->values[4], 10);
  EXPECT_FLOAT_EQ(tensor->values[12], 2.75F);
  EXPECT_FLOAT_EQ(tensor->values[2 * 16 + 11], 10);
}

TEST(Pixels, refuses_the_letterbox_of_another_picture) {
  const auto place = Letterbox::fit({400, 2}, {4, 4});
  EXPECT_EQ(letterboxed(plain({4, 2}, 0, 0, 0), place, {}).error().code, core::ErrorCode::invalid_input);
}

}  // namespace
}  // namespace sightglass::vision
