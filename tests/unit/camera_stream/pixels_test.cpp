// Decoded video as frames of a camera: kinds of pixels, ranges, matrices and sides that SIMD does not like.
#include "camera/stream/libav/pixels.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace sightglass::camera::stream {
namespace {

// All of one value in each plane.
DecodedFrame flat_frame(core::Size size, AVPixelFormat format, std::array<int, 3> values) {
  DecodedFrame frame(av_frame_alloc());
  frame->width = size.width;
  frame->height = size.height;
  frame->format = format;
  if (av_frame_get_buffer(frame.get(), 0) != 0) return nullptr;
  for (std::size_t plane = 0; plane < 3 && frame->data[plane] != nullptr; ++plane) {
    const int rows = plane > 0 && format != AV_PIX_FMT_YUV444P ? (size.height + 1) / 2 : size.height;
    std::fill_n(frame->data[plane], frame->linesize[plane] * rows, static_cast<std::uint8_t>(values.at(plane)));
  }
  return frame;
}

void expect_all(const std::vector<std::uint8_t>& pixels, std::array<int, 3> rgb) {
  for (std::size_t i = 0; i < pixels.size(); ++i) ASSERT_NEAR(pixels[i], rgb.at(i % 3), 2) << i;
}

TEST(PixelConverter, makes_colours_of_every_range_and_matrix_up_to_the_last_pixel) {
  PixelConverter converter;
  for (const core::Size size : {core::Size{333, 221}, core::Size{1, 1}, core::Size{2, 3}, core::Size{640, 480}}) {
    // Red of Rec. 601 in limited range, as H.264 cameras below HD send it, and full, as JPEG has it.
    auto pixels = converter.convert(*flat_frame(size, AV_PIX_FMT_YUV420P, {81, 90, 240}));
    ASSERT_TRUE(pixels) << pixels.error().message;
    ASSERT_EQ(pixels->size(), 3U * static_cast<std::size_t>(size.pixels()));
    expect_all(*pixels, {254, 0, 0});
    pixels = converter.convert(*flat_frame(size, AV_PIX_FMT_YUVJ420P, {76, 85, 255}));
    ASSERT_TRUE(pixels);
    expect_all(*pixels, {254, 0, 0});
  }
  const auto large = converter.convert(*flat_frame({1280, 720}, AV_PIX_FMT_YUV420P, {63, 102, 240}));
  ASSERT_TRUE(large);
  expect_all(*large, {255, 1, 0});  // red of Rec. 709
}

TEST(PixelConverter, keeps_grey_as_it_is) {
  PixelConverter converter;
  auto frame = flat_frame({333, 221}, AV_PIX_FMT_GRAY8, {77, 0, 0});
  frame->color_range = AVCOL_RANGE_JPEG;
  EXPECT_EQ(pixel_format_of(AV_PIX_FMT_GRAY8), core::PixelFormat::mono8);
  const auto pixels = converter.convert(*frame);
  ASSERT_TRUE(pixels) << pixels.error().message;
  EXPECT_EQ(*pixels, std::vector<std::uint8_t>(333U * 221, 77));
}

TEST(PixelConverter, refuses_frames_that_cannot_be) {
  PixelConverter converter;
  auto frame = flat_frame({16, 16}, AV_PIX_FMT_YUV420P, {1, 2, 3});
  frame->width = 0;
  EXPECT_EQ(converter.convert(*frame).error().code, core::ErrorCode::corrupt_image);
  frame->width = 20'000;
  EXPECT_EQ(converter.convert(*frame).error().code, core::ErrorCode::corrupt_image);
  frame->width = frame->height = 16'000;
  EXPECT_EQ(converter.convert(*frame).error().code, core::ErrorCode::too_large);
  frame->width = frame->height = 16;
  frame->format = AV_PIX_FMT_NONE;
  EXPECT_EQ(converter.convert(*frame).error().code, core::ErrorCode::corrupt_image);
}

}  // namespace
}  // namespace sightglass::camera::stream
