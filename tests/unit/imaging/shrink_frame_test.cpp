#include "imaging/shrink_frame.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace sightglass::imaging {
namespace {

using core::PixelFormat;
using core::RawImage;

RawImage frame(PixelFormat format, core::Size size, std::vector<std::uint8_t> bytes, std::int32_t padding = 0) {
  return {.size = size,
          .format = format,
          .stride = size.width * core::bytes_per_pixel(format) + padding,
          .bytes = std::make_shared<const std::vector<std::uint8_t>>(std::move(bytes))};
}

TEST(ShrinkFrame, keeps_a_small_grey_frame_as_it_is) {
  const auto small = shrink_frame(frame(PixelFormat::mono8, {2, 2}, {1, 2, 3, 4}), 16);
  EXPECT_EQ(small.format, PixelFormat::mono8);
  EXPECT_EQ(*small.bytes, (std::vector<std::uint8_t>{1, 2, 3, 4}));
}

TEST(ShrinkFrame, makes_means_by_a_whole_factor_and_leaves_out_padding) {
  std::vector<std::uint8_t> bytes;
  for (int y = 0; y < 32; ++y) {
    for (int x = 0; x < 32; ++x) bytes.push_back(static_cast<std::uint8_t>(x < 16 ? 10 : 30));
    bytes.push_back(255);
  }
  const auto small = shrink_frame(frame(PixelFormat::mono8, {32, 32}, std::move(bytes), 1), 16);
  EXPECT_EQ(small.size.width, 16);
  EXPECT_EQ(small.size.height, 16);
  EXPECT_EQ(small.bytes->front(), 10);
  EXPECT_EQ(small.bytes->at(15), 30);
}

TEST(ShrinkFrame, takes_deep_samples_by_their_significant_bits) {
  const auto small = shrink_frame(frame(PixelFormat::mono12, {2, 1}, {0x00, 0x08, 0xff, 0x0f}), 16);
  EXPECT_EQ(*small.bytes, (std::vector<std::uint8_t>{0x80, 0xff}));
}

TEST(ShrinkFrame, turns_bgr_around) {
  const auto small = shrink_frame(frame(PixelFormat::bgr8, {1, 1}, {1, 2, 3}), 16);
  EXPECT_EQ(small.format, PixelFormat::rgb8);
  EXPECT_EQ(*small.bytes, (std::vector<std::uint8_t>{3, 2, 1}));
}

// The same red, green and blue in each of the four orders of a mosaic.
TEST(ShrinkFrame, makes_one_pixel_of_each_cell_of_a_mosaic) {
  const std::vector<std::uint8_t> colour{200, 100, 50};
  const std::vector<std::pair<PixelFormat, std::vector<std::uint8_t>>> table{
      {PixelFormat::bayer_rg8, {200, 90, 110, 50}},
      {PixelFormat::bayer_gr8, {90, 200, 50, 110}},
      {PixelFormat::bayer_gb8, {90, 50, 200, 110}},
      {PixelFormat::bayer_bg8, {50, 90, 110, 200}}};
  for (const auto& [format, cell] : table) {
    const auto small = shrink_frame(frame(format, {2, 2}, cell), 16);
    EXPECT_EQ(small.size.width, 1) << core::name_of(format);
    EXPECT_EQ(*small.bytes, colour) << core::name_of(format);
  }
}

TEST(MeasureFrame, counts_brightness_and_what_is_too_bright) {
  std::vector<std::uint8_t> bytes(64, 128);
  std::fill(bytes.begin(), bytes.begin() + 16, 255);
  bytes.back() = 0;
  const auto measures = measure_frame(frame(PixelFormat::mono8, {8, 8}, std::move(bytes)));
  EXPECT_DOUBLE_EQ(measures.bright_share, 0.25);
  EXPECT_DOUBLE_EQ(measures.dark_share, 1.0 / 64);
  EXPECT_NEAR(measures.mean_luma, (16 * 255 + 47 * 128) / 64.0, 1e-9);
  EXPECT_NEAR(std::accumulate(measures.histogram.begin(), measures.histogram.end(), 0.0), 1, 1e-9);
  EXPECT_DOUBLE_EQ(measures.histogram.back(), 0.25);
}

TEST(MeasureFrame, finds_an_edge_sharper_than_a_ramp) {
  std::vector<std::uint8_t> edge(256);
  std::vector<std::uint8_t> ramp(256);
  for (std::size_t i = 0; i < 256; ++i) {
    edge[i] = i % 16 < 8 ? 20 : 200;
    ramp[i] = static_cast<std::uint8_t>(12 * (i % 16));
  }
  const auto sharp = measure_frame(frame(PixelFormat::mono8, {16, 16}, std::move(edge))).focus;
  const auto soft = measure_frame(frame(PixelFormat::mono8, {16, 16}, std::move(ramp))).focus;
  EXPECT_GT(sharp, 1000);
  EXPECT_NEAR(soft, 0, 1e-6);
}

}  // namespace
}  // namespace sightglass::imaging
