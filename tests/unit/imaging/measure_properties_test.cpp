#include "imaging/pipeline/measure_properties.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "imaging/pipeline/picture_decoder.hpp"
#include "unit/imaging/test_pictures.hpp"

namespace sightglass::imaging::pipeline {

namespace {

RgbPicture filled(core::Size size, std::array<std::uint8_t, 3> colour) {
  RgbPicture picture{.size = size, .pixels = {}};
  for (std::int64_t index = 0; index < size.pixels(); ++index) {
    picture.pixels.insert(picture.pixels.end(), colour.begin(), colour.end());
  }
  return picture;
}

// A smooth scene of waves, the same at every size.
std::vector<std::uint8_t> scene(core::Size size) {
  std::vector<std::uint8_t> pixels;
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const double across = (x + 0.5) / size.width;
      const double down = (y + 0.5) / size.height;
      for (const double phase : {0.0, 1.0, 2.0}) {
        pixels.push_back(static_cast<std::uint8_t>(128 + 60 * std::sin(9 * across + phase) +
                                                   60 * std::cos(7 * down * (1 + across))));
      }
    }
  }
  return pixels;
}

}  // namespace

TEST(MeasureProperties, gives_rec_709_luma) {
  const auto luma = luma_of(filled({1, 1}, {255, 0, 0}));
  EXPECT_NEAR(luma[0], 54.2, 0.1);
  EXPECT_NEAR(luma_of(filled({1, 1}, {255, 255, 255}))[0], 255, 0.01);
}

TEST(MeasureProperties, finds_one_colour_in_a_plain_picture) {
  const auto properties = measure_properties(filled({64, 64}, {200, 100, 50}));
  ASSERT_EQ(properties.dominant_colours.size(), 1U);
  EXPECT_NEAR(properties.dominant_colours[0].rgb[0], 200, 1);
  EXPECT_NEAR(properties.dominant_colours[0].rgb[1], 100, 1);
  EXPECT_NEAR(properties.dominant_colours[0].rgb[2], 50, 1);
  EXPECT_DOUBLE_EQ(properties.dominant_colours[0].share, 1);
  EXPECT_NEAR(properties.sharpness, 0, 1e-3);
  EXPECT_NEAR(properties.luma_deviation, 0, 0.1);
}

TEST(MeasureProperties, counts_dark_and_bright_shares) {
  auto picture = filled({10, 10}, {0, 0, 0});
  for (std::size_t index = 0; index < 25 * 3; ++index) picture.pixels[index] = 255;
  const auto properties = measure_properties(picture);
  EXPECT_DOUBLE_EQ(properties.dark_share, 0.75);
  EXPECT_DOUBLE_EQ(properties.bright_share, 0.25);
  EXPECT_NEAR(properties.mean_luma, 63.75, 0.1);
}

TEST(MeasureProperties, ranks_a_sharp_edge_above_a_soft_one) {
  RgbPicture hard = filled({64, 64}, {0, 0, 0});
  RgbPicture soft = hard;
  for (std::size_t index = 0; index < hard.pixels.size(); ++index) {
    const auto x = index / 3 % 64;
    hard.pixels[index] = x < 32 ? 0 : 255;
    soft.pixels[index] = static_cast<std::uint8_t>(x * 4);
  }
  EXPECT_GT(measure_properties(hard).sharpness, 100 * measure_properties(soft).sharpness + 1);
}

TEST(PerceptualHash, stays_under_rescaling_and_recompression) {
  PictureDecoder decoder;
  const auto hash_of = [&](core::Size size, const char* suffix) {
    const auto file = test::file_of(test::write_pixels(scene(size), size, 3, 8, suffix));
    return decoder.measure(file.get(), {}).value().perceptual_hash;
  };
  const auto large = hash_of({1600, 1200}, ".jpg[Q=95]");
  EXPECT_LE(std::popcount(large ^ hash_of({400, 300}, ".jpg[Q=60]")), 4);
  EXPECT_LE(std::popcount(large ^ hash_of({800, 600}, ".png")), 4);
}

TEST(PerceptualHash, differs_for_different_pictures) {
  PictureDecoder decoder;
  const auto corners = test::file_of(test::make_file({.upright = {400, 300}}));
  const auto waves = test::file_of(test::write_pixels(scene({400, 300}), {400, 300}, 3, 8, ".png"));
  const auto one = decoder.measure(corners.get(), {}).value().perceptual_hash;
  const auto other = decoder.measure(waves.get(), {}).value().perceptual_hash;
  EXPECT_GE(std::popcount(one ^ other), 12);
}

}  // namespace sightglass::imaging::pipeline
