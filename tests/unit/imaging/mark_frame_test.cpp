#include "imaging/opencv/mark_frame.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace sightglass::imaging::opencv {
namespace {

core::Raster grey(core::Size size) {
  core::Raster raster{.size = size};
  raster.rgb.assign(3 * static_cast<std::size_t>(size.pixels()), 100);
  return raster;
}

const std::uint8_t* pixel(const core::Raster& raster, std::int32_t x, std::int32_t y) { return raster.row(y) + 3 * x; }

bool is_red(const std::uint8_t* rgb) { return rgb[0] > rgb[1] + 50 && rgb[0] > rgb[2] + 50; }

// Of the bar, whether any of its pixels is as `asked`.
template <typename Asked>
bool has_in_bar(const core::Raster& drawn, std::int32_t from, Asked asked) {
  for (std::int32_t y = from; y < drawn.size.height; ++y)
    for (std::int32_t x = 0; x < drawn.size.width; ++x)
      if (asked(pixel(drawn, x, y))) return true;
  return false;
}

TEST(MarkFrame, puts_a_bar_below_and_leaves_the_frame_as_it_is_where_nothing_was_found) {
  const auto drawn = marked(grey({320, 240}), {.lines = {"OK  A-1", "score 0.4"}});
  ASSERT_TRUE(drawn) << drawn.error().message;
  EXPECT_EQ(drawn->size.width, 320);
  EXPECT_GT(drawn->size.height, 240 + 30);
  EXPECT_TRUE(
      std::all_of(drawn->rgb.begin(), drawn->rgb.begin() + 3 * 320 * 240, [](auto value) { return value == 100; }));
  const auto is_green = [](const std::uint8_t* rgb) { return rgb[1] > rgb[0] + 50; };
  EXPECT_TRUE(has_in_bar(*drawn, 240, is_green));
}

TEST(MarkFrame, heats_the_region_alone_and_draws_boxes) {
  const FrameMarks marks{.region = {100, 50, 100, 100},
                         .map_size = {2, 1},
                         .map = {0, 10},
                         .coolest = 3,
                         .hottest = 10,
                         .boxes = {{20, 20, 30, 30}},
                         .is_good = false,
                         .lines = {"NG"}};
  const auto drawn = marked(grey({320, 240}), marks);
  ASSERT_TRUE(drawn) << drawn.error().message;
  EXPECT_TRUE(is_red(pixel(*drawn, 190, 100)));
  EXPECT_EQ(pixel(*drawn, 105, 100)[0], 100);
  EXPECT_EQ(pixel(*drawn, 205, 100)[0], 100);
  EXPECT_TRUE(is_red(pixel(*drawn, 20, 35)));
  EXPECT_EQ(pixel(*drawn, 35, 35)[0], 100);
  EXPECT_TRUE(has_in_bar(*drawn, 240, is_red));
}

TEST(MarkFrame, bears_long_words_small_frames_and_boxes_beyond_the_edge) {
  const std::string endless(3'000, 'W');
  for (const auto size : {core::Size{1, 1}, core::Size{8, 400}, core::Size{400, 8}, core::Size{64, 48}}) {
    const auto drawn =
        marked(grey(size), {.boxes = {{-5, -5, 1000, 1000}}, .lines = {endless, endless}, .warning = endless});
    ASSERT_TRUE(drawn) << drawn.error().message;
    EXPECT_EQ(drawn->size.width, size.width);
  }
}

TEST(MarkFrame, writes_letters_that_can_be_drawn) {
  EXPECT_EQ(drawable("Gehäuse – 17 ≥ ß"), "Gehaeuse - 17 >= ss");
  EXPECT_EQ(drawable("a\nb\x7f"), "a b ");
  EXPECT_EQ(drawable("x🙂y"), "x?y");
  EXPECT_EQ(drawable("漢字"), "??");
  EXPECT_EQ(drawable("\xff\x80"), "?");
}

}  // namespace
}  // namespace sightglass::imaging::opencv
