#include "imaging/header.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "imaging/recognise.hpp"
#include "unit/imaging/test_pictures.hpp"

namespace sightglass::imaging {

using core::ErrorCode;
using core::MediaType;
using namespace std::string_literals;

namespace {

std::span<const std::byte> bytes_of(const std::string& text) { return std::as_bytes(std::span(text)); }

core::Result<PictureHeader> header_of(const std::string& file) {
  const auto type = recognise(bytes_of(file));
  if (!type) return std::unexpected(type.error());
  return read_header(bytes_of(file), *type);
}

std::string box(const std::string& type, const std::string& content) {
  const auto length = static_cast<std::uint32_t>(content.size() + 8);
  std::string text;
  for (const int shift : {24, 16, 8, 0}) text += static_cast<char>(length >> shift);
  return text + type + content;
}

std::string heif_with(const std::string& properties, const std::string& brand = "heic") {
  return box("ftyp", brand + "\0\0\0\0mif1"s) + box("meta", "\0\0\0\0"s + box("iprp", box("ipco", properties)));
}

std::string little_endian(std::uint32_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i));
  return text;
}

// A little-endian TIFF that is nothing but one directory of LONG entries: tag and value.
std::string tiff_with(const std::vector<std::pair<std::uint32_t, std::uint32_t>>& entries) {
  auto text = "II*\0"s + little_endian(8, 4) + little_endian(static_cast<std::uint32_t>(entries.size()), 2);
  for (const auto& [tag, value] : entries)
    text += little_endian(tag, 2) + little_endian(4, 2) + little_endian(1, 4) + little_endian(value, 4);
  return text + little_endian(0, 4);
}

}  // namespace

TEST(Recognise, goes_by_content) {
  EXPECT_EQ(recognise(bytes_of(test::make_file({.suffix = ".jpg"}))), MediaType::jpeg);
  EXPECT_EQ(recognise(bytes_of(test::make_file({.suffix = ".png"}))), MediaType::png);
  EXPECT_EQ(recognise(bytes_of(test::make_file({.suffix = ".webp"}))), MediaType::webp);
  EXPECT_EQ(recognise(bytes_of(test::make_file({.suffix = ".tif"}))), MediaType::tiff);
  EXPECT_EQ(recognise(bytes_of(test::make_file({.suffix = ".tif[bigtiff]"}))), MediaType::tiff);
  EXPECT_EQ(recognise(bytes_of(test::make_file({.suffix = ".gif"}))), MediaType::gif);
  EXPECT_EQ(recognise(bytes_of(heif_with("", "heic"))), MediaType::heic);
  EXPECT_EQ(recognise(bytes_of(heif_with("", "avif"))), MediaType::avif);
}

TEST(Recognise, refuses_scripts_videos_and_raw_files) {
  for (const auto& text : {"<svg xmlns='http://www.w3.org/2000/svg'/>"s, "%PDF-1.7 ..."s, "GIF88a........"s,
                           "\xFF\xD8"s, "\0\0\0\x18"s + "ftypisom\0\0\0\0isommp42"s, "II*\0\x10\0\0\0CR\x02\0"s}) {
    EXPECT_EQ(recognise(bytes_of(text)).error().code, ErrorCode::unsupported_format) << text;
  }
}

TEST(Header, reads_size_and_depth_of_every_format) {
  for (const char* suffix :
       {".jpg", ".png", ".webp", ".webp[lossless]", ".tif", ".tif[bigtiff]", ".tif[tile]", ".gif"}) {
    const auto header = header_of(test::make_file({.upright = {241, 163}, .suffix = suffix}));
    ASSERT_TRUE(header) << suffix << header.error().message;
    EXPECT_EQ(header->size, (core::Size{241, 163})) << suffix;
    EXPECT_EQ(header->bits_per_channel, 8) << suffix;
  }
}

TEST(Header, counts_the_scans_of_a_progressive_jpeg) {
  const auto baseline = header_of(test::make_file({}));
  const auto progressive = header_of(test::make_file({.suffix = ".jpg[interlace]"}));
  ASSERT_TRUE(baseline && progressive);
  EXPECT_EQ(baseline->scans, 1);
  EXPECT_FALSE(baseline->needs_whole_picture);
  EXPECT_EQ(progressive->scans, 10);  // libjpeg's default script for three components
  EXPECT_TRUE(progressive->needs_whole_picture);
}

TEST(Header, tells_srgb_profiles_from_others) {
  EXPECT_EQ(header_of(test::make_file({.suffix = ".jpg"}))->profile, ColourProfile::none);
  EXPECT_EQ(header_of(test::make_file({.suffix = ".jpg[profile=srgb]"}))->profile, ColourProfile::srgb);
  EXPECT_EQ(header_of(test::make_file({.suffix = ".jpg[profile=p3]"}))->profile, ColourProfile::foreign);
}

TEST(Header, counts_the_whole_picture_of_an_interlaced_png) {
  PictureHeader png{.media_type = MediaType::png, .size = {20'000, 20'000}};
  const auto plain = estimated_decode_bytes(png, {1024, 1024});
  png.needs_whole_picture = true;
  EXPECT_LT(plain, 100 << 20);
  EXPECT_GE(estimated_decode_bytes(png, {1024, 1024}), 1'200'000'000);
  EXPECT_EQ(check_header(png, {1024, 1024}, {.max_pixels = 500'000'000}).error().code, ErrorCode::too_large);
}

TEST(Header, counts_coefficients_of_a_progressive_jpeg) {
  PictureHeader jpeg{.media_type = MediaType::jpeg, .size = {10'000, 10'000}, .samples_per_pixel = 1.5};
  EXPECT_LT(estimated_decode_bytes(jpeg, {1024, 1024}), 80 << 20);
  jpeg.needs_whole_picture = true;
  EXPECT_GE(estimated_decode_bytes(jpeg, {1024, 1024}), 300'000'000);
}

TEST(Header, takes_the_largest_item_of_a_heif_file) {
  const auto small = box("ispe", "\0\0\0\0\0\0\x02\0\0\0\x02\0"s);
  const auto large = box("ispe", "\0\0\0\0\0\0\x0F\xC0\0\0\x0B\xD0"s);
  const auto header = header_of(heif_with(small + large + small));
  ASSERT_TRUE(header) << header.error().message;
  EXPECT_EQ(header->size, (core::Size{4032, 3024}));
  EXPECT_EQ(header_of(heif_with("")).error().code, ErrorCode::corrupt_image);
}

TEST(Header, refuses_impossible_sizes) {
  auto png = test::make_file({.suffix = ".png"});
  png.replace(16, 4, "\0\0\0\0"s);
  EXPECT_EQ(header_of(png).error().code, ErrorCode::corrupt_image);
  png.replace(16, 4, "\xFF\xFF\xFF\xFF"s);
  EXPECT_EQ(header_of(png).error().code, ErrorCode::corrupt_image);
}

TEST(Header, refuses_sides_too_long_to_count_the_bytes_of) {
  using enum MediaType;
  for (const auto type : {jpeg, png, webp, gif, tiff, heic, avif}) {
    const PictureHeader header{
        .media_type = type, .size = {INT32_MAX, INT32_MAX}, .bits_per_channel = 16, .needs_whole_picture = true};
    EXPECT_NE(check_header(header, {1024, 1024}, {}).error().message.find("max_side"), std::string::npos);
    EXPECT_NE(check_header_for_tiles(header, {}).error().message.find("max_side"), std::string::npos);
  }
  const auto header = header_of(tiff_with({{256, INT32_MAX}, {257, INT32_MAX}, {258, 64}, {277, 64}}));
  ASSERT_TRUE(header) << header.error().message;
  EXPECT_EQ(header->size, (core::Size{INT32_MAX, INT32_MAX}));
  EXPECT_EQ(check_header(*header, {1024, 1024}, {}).error().code, ErrorCode::too_large);
}

TEST(Header, refuses_a_tiff_whose_blocks_have_no_pixels) {
  EXPECT_TRUE(header_of(tiff_with({{256, 64}, {257, 64}, {322, 16}, {323, 16}})));
  EXPECT_EQ(header_of(tiff_with({{256, 64}, {257, 64}, {322, 0}})).error().code, ErrorCode::corrupt_image);
  EXPECT_EQ(header_of(tiff_with({{256, 64}, {257, 64}, {322, 16}, {323, 0}})).error().code, ErrorCode::corrupt_image);
  EXPECT_EQ(header_of(tiff_with({{256, 64}, {257, 64}, {278, 0}})).error().code, ErrorCode::corrupt_image);
}

TEST(Header, counts_the_frames_that_reach_over_a_gifs_screen) {
  // A screen of 25 × 7 without colours, a comment, and a frame at (10, 0) of 65,511 × 65,528.
  const auto screen = "GIF89a\x19\0\x07\0\0\0\0"s;
  const auto comment = "\x21\xFE\x02hi\0"s;
  const auto frame = "\x2C\x0A\0\0\0\xE7\xFF\xF8\xFF\0\x02\x01\x44\0\x3B"s;
  EXPECT_EQ(header_of(screen + comment + "\x3B")->size, (core::Size{25, 7}));
  const auto header = header_of(screen + comment + frame);
  ASSERT_TRUE(header) << header.error().message;
  EXPECT_EQ(header->size, (core::Size{65'521, 65'528}));
  EXPECT_EQ(check_header(*header, {1024, 1024}, {}).error().code, ErrorCode::too_large);
}

TEST(Header, survives_every_cut_and_every_changed_byte) {
  int refused = 0;
  for (const char* suffix : {".jpg[interlace]", ".png", ".webp", ".tif", ".gif"}) {
    const auto whole = test::make_file({.upright = {40, 30}, .suffix = suffix}).substr(0, 1200);
    for (std::size_t length = 0; length < whole.size(); ++length) {
      refused += header_of(whole.substr(0, length)) ? 0 : 1;
      auto changed = whole;
      changed[length] = static_cast<char>(~changed[length]);
      refused += header_of(changed) ? 0 : 1;
    }
  }
  EXPECT_GT(refused, 50);
}

}  // namespace sightglass::imaging
