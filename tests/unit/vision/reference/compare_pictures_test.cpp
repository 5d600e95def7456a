#include "vision/reference/compare_pictures.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "vision/reference/picture_difference.hpp"

namespace sightglass::vision {
namespace {

constexpr core::Size size{320, 240};

// A drawing of bars of several widths, two of them thin, which lies `x`, `y` beside its place.
GreyPicture drawing(std::int32_t x = 0, std::int32_t y = 0) {
  GreyPicture picture{.size = size};
  for (std::int32_t row = 0; row < size.height; ++row)
    for (std::int32_t column = 0; column < size.width; ++column) {
      const auto u = column - x;
      const auto v = row - y;
      const bool is_bar = (v >= 40 && v < 70 && u >= 30 && u < 250) || (u >= 200 && u < 225 && v >= 60 && v < 200) ||
                          (v >= 120 && v < 124 && u >= 20 && u < 180) || (u >= 270 && u < 274 && v >= 20 && v < 220);
      picture.values.push_back(is_bar ? 40 : 220);
    }
  return picture;
}

void fill(GreyPicture& picture, const core::Box& box, std::uint8_t value) {
  for (auto y = static_cast<std::int32_t>(box.y); y < static_cast<std::int32_t>(box.bottom()); ++y)
    for (auto x = static_cast<std::int32_t>(box.x); x < static_cast<std::int32_t>(box.right()); ++x)
      picture.values[static_cast<std::size_t>(y * size.width + x)] = value;
}

core::Raster shown(const GreyPicture& picture) { return raster_of(picture).value(); }

core::Result<Comparison> compared(const GreyPicture& reference, const GreyPicture& picture) {
  return compare_pictures({&reference, 1}, shown(picture));
}

TEST(ComparePictures, finds_nothing_on_the_same_picture) {
  const auto comparison = compared(drawing(), drawing());
  ASSERT_TRUE(comparison.has_value()) << comparison.error().message;
  EXPECT_NEAR(comparison->likeness, 1, 1e-6);
  EXPECT_TRUE(comparison->differences.empty());
}

TEST(ComparePictures, finds_what_was_added_and_what_is_missing_wherever_the_picture_lies) {
  const core::Box added{100, 160, 8, 8};
  const core::Box cut{90, 119, 12, 6};  // through a bar of four pixels
  const core::Box hole{60, 50, 7, 7};
  for (const auto& [x, y] : {std::pair{0, 0}, std::pair{4, -3}, std::pair{-4, 4}}) {
    auto picture = drawing(x, y);
    const auto there = [&](const core::Box& box) { return core::Box{box.x + x, box.y + y, box.width, box.height}; };
    fill(picture, there(added), 40);
    fill(picture, there(cut), 220);
    fill(picture, there(hole), 220);
    const auto comparison = compared(drawing(), picture);
    ASSERT_TRUE(comparison.has_value()) << comparison.error().message;
    ASSERT_EQ(comparison->differences.size(), 3U) << x << ' ' << y;
    for (const auto& box : {added, cut, hole}) {
      const auto wanted = there(box);
      const auto holds = [&](const Difference& difference) {
        return difference.x > wanted.x && difference.x < wanted.right() && difference.y > wanted.y &&
               difference.y < wanted.bottom() && difference.box.x <= wanted.x &&
               difference.box.right() >= wanted.right();
      };
      EXPECT_TRUE(std::ranges::any_of(comparison->differences, holds)) << wanted.x << ' ' << wanted.y;
    }
  }
}

TEST(ComparePictures, takes_no_notice_of_other_light_and_of_edges_a_pixel_aside) {
  auto picture = drawing();
  for (auto& value : picture.values) value = static_cast<std::uint8_t>(20 + value * 3 / 5);
  fill(picture, {30, 39, 100, 1}, 44);  // a bar that is a pixel higher
  const auto comparison = compared(drawing(), picture);
  ASSERT_TRUE(comparison.has_value()) << comparison.error().message;
  EXPECT_TRUE(comparison->differences.empty());
}

TEST(ComparePictures, leaves_out_what_one_of_several_references_shows) {
  auto printed = drawing();
  fill(printed, {100, 160, 8, 8}, 40);
  const std::vector<GreyPicture> references{drawing(), printed};
  auto picture = printed;
  const auto known = compare_pictures(references, shown(picture));
  ASSERT_TRUE(known.has_value()) << known.error().message;
  EXPECT_EQ(known->nearest, 1U);
  EXPECT_TRUE(known->differences.empty());
  fill(picture, {60, 50, 7, 7}, 220);
  const auto harmed = compare_pictures(references, shown(picture));
  ASSERT_TRUE(harmed.has_value());
  EXPECT_EQ(harmed->differences.size(), 1U);
}

TEST(ComparePictures, says_what_cannot_be_compared) {
  const auto reference = drawing();
  EXPECT_EQ(compare_pictures({}, shown(reference)).error().field, "reference");
  const auto small =
      compare_pictures({&reference, 1}, core::Raster{.size = {16, 12}, .rgb = std::vector<std::uint8_t>(576)});
  EXPECT_EQ(small.error().field, "picture");
  const auto wide =
      compare_pictures({&reference, 1}, core::Raster{.size = {320, 120}, .rgb = std::vector<std::uint8_t>(115200)});
  EXPECT_EQ(wide.error().field, "picture");
  GreyPicture other{.size = size, .values = std::vector<std::uint8_t>(static_cast<std::size_t>(size.pixels()), 128)};
  const auto unlike = compared(reference, other);
  ASSERT_FALSE(unlike.has_value());
  EXPECT_EQ(unlike.error().code, core::ErrorCode::invalid_input);
}

TEST(PictureDifference, refuses_pictures_of_different_sizes_and_without_pixels) {
  const GreyPicture one{.size = {4, 4}, .values = std::vector<std::uint8_t>(16)};
  const GreyPicture other{.size = {4, 3}, .values = std::vector<std::uint8_t>(12)};
  EXPECT_FALSE(unexplained(one, other, 1).has_value());
  EXPECT_FALSE(unexplained({}, {}, 1).has_value());
  EXPECT_FALSE(blobs_of(GreyPicture{.size = {4, 4}}, 10, 1).has_value());
}

TEST(PictureDifference, joins_blobs_across_a_gap) {
  GreyPicture marks{.size = {20, 5}, .values = std::vector<std::uint8_t>(100)};
  marks.values[2 * 20 + 3] = 90;
  marks.values[2 * 20 + 6] = 120;
  marks.values[2 * 20 + 15] = 200;
  const auto apart = blobs_of(marks, 50, 0);
  ASSERT_TRUE(apart.has_value());
  EXPECT_EQ(apart->size(), 3U);
  const auto joined = blobs_of(marks, 50, 3);
  ASSERT_TRUE(joined.has_value());
  ASSERT_EQ(joined->size(), 2U);
  EXPECT_EQ(joined->front().box, (core::Box{3, 2, 4, 1}));
  EXPECT_EQ(joined->front().pixels, 2);
  EXPECT_EQ(joined->front().largest, 120);
}

}  // namespace
}  // namespace sightglass::vision
