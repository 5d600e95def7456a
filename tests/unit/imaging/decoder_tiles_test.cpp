// Tiles that come from another process, which may have been taken over by the picture.
#include <gtest/gtest.h>

#include <vector>

#include "imaging/decoder_pool.hpp"
#include "imaging/tile_grid.hpp"
#include "unit/imaging/test_pictures.hpp"

namespace sightglass::imaging {
namespace {

class Basket final : public TileSink {
 public:
  core::Result<void> begin(core::Size told) override {
    size = told;
    tiles.clear();
    return {};
  }
  core::Result<void> add(std::string_view jpeg) override {
    if (is_full) return core::fail(core::ErrorCode::quota_exceeded, "the basket is full");
    tiles.emplace_back(jpeg);
    return {};
  }
  core::Size size{};
  std::vector<std::string> tiles{};
  bool is_full = false;
};

DecoderPoolOptions child(std::string kind) {
  return {.executable = "/proc/self/exe", .arguments = {"--decode-child", std::move(kind)}};
}

core::Result<void> cut(DecoderPool& pool, std::string_view text, Basket& basket, const Limits& limits = {}) {
  const auto fd = test::file_of(text);
  return pool.cut_tiles(fd.get(), {.rotation = 90}, limits, basket);
}

TEST(DecoderTiles, come_one_by_one_with_the_plan_kept) {
  DecoderPool pool(child("honest"));
  Basket basket;
  ASSERT_TRUE(cut(pool, "sound", basket));
  EXPECT_EQ(basket.size, (core::Size{600, 600}));
  ASSERT_EQ(basket.tiles.size(), 5U);
  EXPECT_EQ(basket.tiles[0], "\xff\xd8\xffsound90");
}

TEST(DecoderTiles, that_break_the_rules_are_an_error_and_the_next_picture_gets_a_sound_child) {
  for (const auto* lie : {"short", "no jpeg", "endless", "huge", "crash"}) {
    DecoderPool pool(child("honest"));
    Basket basket;
    EXPECT_FALSE(cut(pool, lie, basket)) << lie;
    Basket next;
    ASSERT_TRUE(cut(pool, "sound", next)) << lie;
    EXPECT_EQ(next.tiles.size(), 5U) << lie;
    EXPECT_EQ(next.tiles[4], "\xff\xd8\xffsound90") << lie;
  }
}

TEST(DecoderTiles, of_a_size_over_the_limits_are_refused_before_a_grid_is_made) {
  DecoderPool pool(child("honest"));
  Basket basket;
  EXPECT_FALSE(cut(pool, "sound", basket, {.max_pixels = 1000}));
  EXPECT_EQ(basket.size, (core::Size{}));
}

TEST(DecoderTiles, may_end_with_what_is_wrong_with_the_picture_and_the_child_goes_on) {
  DecoderPool pool(child("honest"));
  Basket basket;
  const auto outcome = cut(pool, "late error", basket);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, core::ErrorCode::corrupt_image);
  EXPECT_EQ(pool.alive(), 1);
  EXPECT_TRUE(cut(pool, "sound", basket));
}

TEST(DecoderTiles, that_nobody_can_keep_end_the_making) {
  DecoderPool pool(child("honest"));
  Basket basket;
  basket.is_full = true;
  const auto outcome = cut(pool, "sound", basket);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, core::ErrorCode::quota_exceeded);
  Basket next;
  EXPECT_TRUE(cut(pool, "sound", next));
}

TEST(DecoderTiles, are_cut_inside_the_sandbox_from_every_format) {
  DecoderPool pool(child("real"));
  for (const auto* suffix : {".jpg", ".png", ".webp", ".tif", ".gif", ".heic", ".avif"}) {
    const auto file = test::make_file({.upright = {700, 520}, .suffix = suffix});
    if (file.empty()) continue;
    Basket basket;
    const auto outcome = cut(pool, file, basket);
    ASSERT_TRUE(outcome) << suffix << ": " << outcome.error().message << " " << outcome.error().cause;
    EXPECT_EQ(basket.size, (core::Size{520, 700})) << suffix;
    EXPECT_EQ(static_cast<std::int64_t>(basket.tiles.size()), TileGrid(basket.size).count()) << suffix;
  }
}

}  // namespace
}  // namespace sightglass::imaging
