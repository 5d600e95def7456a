#include "imaging/pipeline/picture_decoder.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <tuple>
#include <utility>

#include "unit/imaging/test_pictures.hpp"

namespace sightglass::imaging {

using core::ErrorCode;
using core::Orientation;
using pipeline::PictureDecoder;

namespace {

core::Result<DerivedImages> derive(std::string_view bytes, const DerivePlan& plan = {}, const Limits& limits = {}) {
  const auto file = test::file_of(bytes);
  PictureDecoder decoder;
  return decoder.derive(file.get(), plan, limits);
}

void expect_corners(std::string_view jpeg, int tolerance = 14) {
  const auto picture = test::decode_jpeg(jpeg);
  ASSERT_GT(picture.size.width, 0) << "not a JPEG";
  EXPECT_LE(test::difference(picture.near(0.1, 0.1), test::top_left), tolerance);
  EXPECT_LE(test::difference(picture.near(0.9, 0.1), test::top_right), tolerance);
  EXPECT_LE(test::difference(picture.near(0.1, 0.9), test::bottom_left), tolerance);
  EXPECT_LE(test::difference(picture.near(0.9, 0.9), test::bottom_right), tolerance);
}

// Only JFIF's APP0 may stand before the tables.
bool has_only_jfif_marker(std::string_view jpeg) {
  std::size_t offset = 2;
  while (offset + 4 < jpeg.size() && static_cast<std::uint8_t>(jpeg[offset]) == 0xFF) {
    const auto marker = static_cast<std::uint8_t>(jpeg[offset + 1]);
    if (marker == 0xDA) return true;
    if ((marker > 0xE0 && marker <= 0xEF) || marker == 0xFE) return false;
    offset += 2 + static_cast<std::size_t>(static_cast<std::uint8_t>(jpeg[offset + 2]) << 8 |
                                           static_cast<std::uint8_t>(jpeg[offset + 3]));
  }
  return false;
}

using OrientedFormat = std::tuple<int, const char*>;
class EveryOrientation : public testing::TestWithParam<OrientedFormat> {};

}  // namespace

TEST_P(EveryOrientation, is_turned_further_as_a_person_wished) {
  const auto [number, suffix] = GetParam();
  const auto file =
      test::make_file({.upright = {240, 160}, .orientation = static_cast<Orientation>(number), .suffix = suffix});
  ASSERT_FALSE(file.empty());
  const bool is_wide = std::string_view(suffix).find("p3") != std::string_view::npos;
  // Where the upright picture's upper left corner comes to lie.
  constexpr std::array<std::pair<double, double>, 4> top_left{{{0.1, 0.1}, {0.9, 0.1}, {0.9, 0.9}, {0.1, 0.9}}};
  for (const std::int32_t rotation : {0, 90, 180, 270}) {
    const auto images = derive(file, {.display_box = {120, 120}, .thumbnail_box = {60, 60}, .rotation = rotation});
    ASSERT_TRUE(images) << images.error().message;
    const bool lies_down = rotation % 180 != 0;
    EXPECT_EQ(images->size, lies_down ? (core::Size{160, 240}) : (core::Size{240, 160}));
    EXPECT_EQ(images->display_size, lies_down ? (core::Size{80, 120}) : (core::Size{120, 80}));
    const auto [x, y] = top_left[static_cast<std::size_t>(rotation / 90)];
    for (const auto& jpeg : {images->display_jpeg, images->thumbnail_jpeg}) {
      EXPECT_LE(test::difference(test::decode_jpeg(jpeg).near(x, y), test::top_left), is_wide ? 50 : 20) << rotation;
    }
    EXPECT_EQ(images->metadata.orientation, derive(file)->metadata.orientation) << "what the file says stays";
  }
}

TEST(PictureDecoder, refuses_turns_that_are_no_quarters) {
  const auto file = test::make_file({});
  for (const std::int32_t rotation : {-90, 1, 45, 360}) {
    const auto images = derive(file, {.rotation = rotation});
    ASSERT_FALSE(images);
    EXPECT_EQ(images.error().code, ErrorCode::invalid_input);
  }
}

TEST_P(EveryOrientation, is_turned_upright) {
  const auto [number, suffix] = GetParam();
  const auto orientation = static_cast<Orientation>(number);
  const core::Size upright{483, 321};  // odd sides: chroma is half a pixel off at the edges
  const auto file = test::make_file({.upright = upright, .orientation = orientation, .suffix = suffix});
  ASSERT_FALSE(file.empty());
  const auto images = derive(file, {.display_box = {200, 200}, .thumbnail_box = {90, 90}});
  ASSERT_TRUE(images) << images.error().message;
  EXPECT_EQ(images->size, upright);
  EXPECT_EQ(images->display_size, (core::Size{200, 133}));
  EXPECT_EQ(images->thumbnail_size, (core::Size{90, 60}));
  // Display P3's corners are more saturated in sRGB, by as much as 40.
  const bool is_wide = std::string_view(suffix).find("p3") != std::string_view::npos;
  expect_corners(images->display_jpeg, is_wide ? 45 : 14);
  expect_corners(images->thumbnail_jpeg, is_wide ? 50 : 20);
  EXPECT_TRUE(has_only_jfif_marker(images->display_jpeg));
  EXPECT_TRUE(has_only_jfif_marker(images->thumbnail_jpeg));
  EXPECT_EQ(images->display_jpeg.find("Sightglass Test Camera"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(PictureDecoder, EveryOrientation,
                         testing::Combine(testing::Range(1, 9),
                                          testing::Values(".jpg[Q=95]", ".jpg[Q=95,subsample-mode=off]",
                                                          ".jpg[Q=95,profile=p3]", ".jpg[Q=95,interlace]", ".tif",
                                                          ".webp[Q=95]")));

TEST(PictureDecoder, never_enlarges) {
  const auto images = derive(test::make_file({.upright = {240, 160}}));
  ASSERT_TRUE(images) << images.error().message;
  EXPECT_EQ(images->display_size, (core::Size{240, 160}));
  EXPECT_EQ(images->thumbnail_size, (core::Size{240, 160}));
}

TEST(PictureDecoder, takes_pictures_of_one_pixel_and_of_thin_strips) {
  for (const core::Size size : {core::Size{1, 1}, core::Size{1, 900}, core::Size{900, 1}, core::Size{3, 2}}) {
    for (const char* suffix : {".jpg", ".png"}) {
      const auto images = derive(test::make_file({.upright = size, .suffix = suffix}), {.display_box = {64, 64}});
      ASSERT_TRUE(images) << size.width << "x" << size.height << suffix << ": " << images.error().message;
      EXPECT_EQ(images->size, size);
      EXPECT_EQ(test::decode_jpeg(images->display_jpeg).size, core::fit_inside(size, {64, 64}));
      EXPECT_FALSE(images->thumbhash.empty());
    }
  }
}

TEST(PictureDecoder, keeps_grey_pictures_grey) {
  const auto images = derive(test::make_in_space({600, 400}, "b-w", ".jpg"), {.display_box = {200, 200}});
  ASSERT_TRUE(images) << images.error().message;
  const auto picture = test::decode_jpeg(images->display_jpeg);
  EXPECT_EQ(picture.components, 1);
  EXPECT_EQ(picture.size, (core::Size{200, 133}));
}

TEST(PictureDecoder, converts_cmyk_to_srgb) {
  const auto images = derive(test::make_in_space({240, 160}, "cmyk", ".jpg"));
  ASSERT_TRUE(images) << images.error().message;
  expect_corners(images->display_jpeg, 100);  // CMYK cannot hold these colours
}

TEST(PictureDecoder, converts_display_p3_to_srgb) {
  std::vector<std::uint8_t> pixels;
  for (int index = 0; index < 64 * 64; ++index) pixels.insert(pixels.end(), {200, 100, 100});
  for (const char* suffix : {".jpg[profile=p3,Q=95]", ".png[profile=p3]"}) {
    const auto images = derive(test::write_pixels(pixels, {64, 64}, 3, 8, suffix), {.display_quality = 95});
    ASSERT_TRUE(images) << images.error().message;
    // By the matrices of SMPTE EG 432-1 and IEC 61966-2-1.
    EXPECT_LE(test::difference(test::decode_jpeg(images->display_jpeg).at(32, 32), {214, 93, 96}), 5) << suffix;
  }
}

TEST(PictureDecoder, reduces_sixteen_bits_to_eight) {
  const auto images = derive(test::make_in_space({240, 160}, "rgb16", ".png"));
  ASSERT_TRUE(images) << images.error().message;
  expect_corners(images->display_jpeg);
}

// Grey from nothing to `most`, from the left to the right.
std::string grey_ramp(int most, std::string_view suffix) {
  std::vector<std::uint8_t> pixels;
  for (int index = 0; index < 64 * 64; ++index) {
    const int value = most * (index % 64) / 63;
    pixels.insert(pixels.end(), {static_cast<std::uint8_t>(value & 255), static_cast<std::uint8_t>(value >> 8)});
  }
  return test::write_pixels(pixels, {64, 64}, 1, 16, suffix);
}

TEST(PictureDecoder, shows_the_upper_bits_of_those_that_a_measuring_camera_used) {
  for (const int most : {1023, 4095, 16'383, 65'535})
    for (const char* suffix : {".tif", ".png"}) {
      const auto images = derive(grey_ramp(most, suffix));
      ASSERT_TRUE(images) << suffix << ": " << images.error().message;
      const auto shown = test::decode_jpeg(images->display_jpeg);
      EXPECT_NEAR(shown.at(1, 32)[0], 4, 6) << most << suffix;
      EXPECT_NEAR(shown.at(32, 32)[0], 129, 6) << most << suffix;
      EXPECT_NEAR(shown.at(62, 32)[0], 250, 6) << most << suffix;
    }
}

TEST(PictureDecoder, keeps_dark_what_is_dark_for_the_bits_that_were_used) {
  const auto images = derive(grey_ramp(1500, ".tif"));  // of twelve bits
  ASSERT_TRUE(images) << images.error().message;
  EXPECT_NEAR(test::decode_jpeg(images->display_jpeg).at(62, 32)[0], 92, 6);
}

TEST(PictureDecoder, lays_transparency_on_white) {
  std::vector<std::uint8_t> pixels;
  for (int index = 0; index < 64 * 64; ++index) pixels.insert(pixels.end(), {0, 0, 0, 0});
  const auto images = derive(test::write_pixels(pixels, {64, 64}, 4, 8, ".png"));
  ASSERT_TRUE(images) << images.error().message;
  EXPECT_GE(test::decode_jpeg(images->display_jpeg).at(32, 32)[1], 250);
}

TEST(PictureDecoder, reads_gifs_and_palettes) {
  for (const char* suffix : {".gif", ".png[palette]"}) {
    const auto images = derive(test::make_file({.suffix = suffix}));
    ASSERT_TRUE(images) << suffix << images.error().message;
    expect_corners(images->display_jpeg, 25);
  }
}

TEST(PictureDecoder, keeps_the_display_image_under_its_byte_limit) {
  std::vector<std::uint8_t> noise;
  std::uint32_t state = 1;
  for (int index = 0; index < 800 * 600 * 3; ++index) {
    state = state * 1664525 + 1013904223;
    noise.push_back(static_cast<std::uint8_t>(state >> 24));
  }
  const auto file = test::write_pixels(noise, {800, 600}, 3, 8, ".jpg[Q=95]");
  const auto images = derive(file, {.display_max_bytes = 30'000});
  ASSERT_TRUE(images) << images.error().message;
  EXPECT_LE(images->display_jpeg.size(), 30'000U);
  EXPECT_GE(images->display_size.width, 64);
  EXPECT_EQ(test::decode_jpeg(images->display_jpeg).size, images->display_size);
  EXPECT_EQ(images->size, (core::Size{800, 600}));
}

TEST(PictureDecoder, names_the_limit_that_a_picture_breaks) {
  const auto jpeg = test::make_file({.upright = {400, 300}, .suffix = ".jpg[interlace]"});
  const auto png = test::make_file({.upright = {400, 300}, .suffix = ".png[interlace]"});
  const auto expect_limit = [](const core::Result<DerivedImages>& outcome, std::string_view limit) {
    ASSERT_FALSE(outcome) << limit;
    EXPECT_EQ(outcome.error().code, ErrorCode::too_large);
    EXPECT_NE(outcome.error().message.find(limit), std::string::npos) << outcome.error().message;
  };
  expect_limit(derive(jpeg, {}, {.max_bytes = 100}), "max_bytes");
  expect_limit(derive(jpeg, {}, {.max_pixels = 119'999}), "max_pixels");
  expect_limit(derive(png, {}, {.max_side = 399}), "max_side");
  expect_limit(derive(jpeg, {}, {.max_scans = 3}), "max_scans");
  expect_limit(derive(jpeg, {.display_box = {32, 32}}, {.max_decode_bytes = 300'000}), "max_decode_bytes");
  expect_limit(derive(png, {.display_box = {32, 32}}, {.max_decode_bytes = 300'000}), "max_decode_bytes");
}

TEST(PictureDecoder, refuses_what_is_empty_unknown_or_cut_inside_the_header) {
  EXPECT_EQ(derive("").error().code, ErrorCode::corrupt_image);
  const auto text = derive("This is a letter, not a picture, whatever its name says.");
  EXPECT_EQ(text.error().code, ErrorCode::unsupported_format);
  EXPECT_NE(text.error().message.find("WebP"), std::string::npos);
  for (const char* suffix : {".jpg", ".png", ".webp", ".tif", ".gif"}) {
    const auto file = test::make_file({.suffix = suffix});
    const auto outcome = derive(std::string_view(file).substr(0, 15));
    ASSERT_FALSE(outcome) << suffix;
    EXPECT_EQ(outcome.error().code, ErrorCode::corrupt_image) << suffix;
  }
}

TEST(PictureDecoder, refuses_truncated_pictures_unless_damage_is_allowed) {
  for (const char* suffix : {".jpg", ".jpg[profile=p3]", ".jpg[interlace]"}) {
    const auto whole = test::make_file({.upright = {800, 600}, .suffix = suffix});
    const auto cut = std::string_view(whole).substr(0, whole.size() * 7 / 10);
    const auto refused = derive(cut);
    ASSERT_FALSE(refused) << suffix;
    EXPECT_EQ(refused.error().code, ErrorCode::corrupt_image) << suffix;
    const auto kept = derive(cut, {.allow_damaged = true});
    ASSERT_TRUE(kept) << suffix << kept.error().message;
    EXPECT_TRUE(kept->is_damaged) << suffix;
    EXPECT_FALSE(kept->damage.empty()) << suffix;
    EXPECT_EQ(kept->size, (core::Size{800, 600})) << suffix;
  }
}

TEST(PictureDecoder, says_nothing_of_damage_for_sound_pictures) {
  const auto images = derive(test::make_file({}), {.allow_damaged = true});
  ASSERT_TRUE(images);
  EXPECT_FALSE(images->is_damaged);
  EXPECT_EQ(images->damage, "");
}

TEST(PictureDecoder, refuses_plans_that_make_no_picture) {
  const auto file = test::make_file({});
  EXPECT_EQ(derive(file, {.display_box = {0, 100}}).error().field, "display_box");
  EXPECT_EQ(derive(file, {.thumbnail_box = {100, -1}}).error().field, "thumbnail_box");
  EXPECT_EQ(derive(file, {.display_quality = 0}).error().field, "quality");
}

TEST(PictureDecoder, reads_the_file_from_its_start_whatever_the_position) {
  const auto file = test::file_of(test::make_file({}));
  PictureDecoder decoder;
  ASSERT_TRUE(decoder.derive(file.get(), {}, {}));
  EXPECT_TRUE(decoder.derive(file.get(), {}, {})) << "the descriptor must stay open and usable";
}

TEST(PictureDecoder, measures_within_the_limits) {
  const auto file = test::file_of(test::make_file({.upright = {800, 600}}));
  PictureDecoder decoder;
  EXPECT_EQ(decoder.measure(file.get(), {.max_pixels = 1000}).error().code, ErrorCode::too_large);
  const auto properties = decoder.measure(file.get(), {});
  ASSERT_TRUE(properties) << properties.error().message;
  ASSERT_GE(properties->dominant_colours.size(), 4U);
  for (std::size_t index = 0; index < 4; ++index) EXPECT_NEAR(properties->dominant_colours[index].share, 0.25, 0.02);
  double shares = 0;
  for (const auto& colour : properties->dominant_colours) shares += colour.share;
  EXPECT_NEAR(shares, 1, 1e-9);
}

}  // namespace sightglass::imaging
