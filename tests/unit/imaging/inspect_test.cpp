// Pictures made ready for networks: every form of pixels, every way of lying, and what cannot be had.
#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "imaging/pipeline/picture_decoder.hpp"
#include "unit/imaging/test_pictures.hpp"

namespace sightglass::imaging {

using core::ErrorCode;
using core::Orientation;

namespace {

core::Result<InspectionImage> inspect(std::string_view bytes, const RasterPlan& plan = {}, const Limits& limits = {}) {
  const auto file = test::file_of(bytes);
  pipeline::PictureDecoder decoder;
  return decoder.inspect(file.get(), plan, limits);
}

ImageProperties measured(std::string_view bytes) {
  const auto file = test::file_of(bytes);
  pipeline::PictureDecoder decoder;
  auto properties = decoder.measure(file.get(), {});
  EXPECT_TRUE(properties);
  return properties.value_or(ImageProperties{});
}

test::Rgb at(const core::Raster& raster, double x, double y) {
  const auto column = static_cast<std::size_t>(x * raster.size.width);
  const auto* pixel = raster.row(static_cast<std::int32_t>(y * raster.size.height)) + 3 * column;
  return {pixel[0], pixel[1], pixel[2]};
}

void expect_corners(const core::Raster& raster, int tolerance) {
  ASSERT_EQ(static_cast<std::int64_t>(raster.rgb.size()), 3 * raster.size.pixels());
  EXPECT_LE(test::difference(at(raster, 0.1, 0.1), test::top_left), tolerance);
  EXPECT_LE(test::difference(at(raster, 0.9, 0.1), test::top_right), tolerance);
  EXPECT_LE(test::difference(at(raster, 0.1, 0.9), test::bottom_left), tolerance);
  EXPECT_LE(test::difference(at(raster, 0.9, 0.9), test::bottom_right), tolerance);
}

// Waves of several lengths, the finest 16 pixels long: like a photo, it has no two halves that are the same.
std::vector<std::uint8_t> scene(core::Size size) {
  std::vector<std::uint8_t> pixels;
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const double across = (x + 0.5) / size.width;
      const double down = (y + 0.5) / size.height;
      const double fine = 20 * std::sin(x * 0.4 + 5 * down) + 20 * std::sin(y * 0.31 + x * 0.05);
      for (const double phase : {0.0, 1.0, 2.0}) {
        const double coarse = 50 * std::sin(9 * across + phase) + 40 * std::cos(7 * down * (1 + across));
        pixels.push_back(static_cast<std::uint8_t>(128 + coarse + fine));
      }
    }
  }
  return pixels;
}

std::string plain(core::Size size, int bands, int bits, std::vector<std::uint8_t> pixel, const char* suffix) {
  std::vector<std::uint8_t> pixels;
  for (std::int64_t index = 0; index < size.pixels(); ++index) pixels.insert(pixels.end(), pixel.begin(), pixel.end());
  return test::write_pixels(pixels, size, bands, bits, suffix);
}

}  // namespace

class InspectedFormat : public testing::TestWithParam<std::pair<const char*, int>> {};

TEST_P(InspectedFormat, comes_upright_whatever_its_orientation) {
  const auto [suffix, tolerance] = GetParam();
  for (int number = 1; number <= 8; ++number) {
    const auto file =
        test::make_file({.upright = {483, 321}, .orientation = static_cast<Orientation>(number), .suffix = suffix});
    ASSERT_FALSE(file.empty());
    const auto image = inspect(file, {.max_side = 200});
    ASSERT_TRUE(image) << image.error().message;
    EXPECT_EQ(image->size, (core::Size{483, 321}));
    EXPECT_EQ(image->raster.size, (core::Size{200, 133}));
    expect_corners(image->raster, tolerance);
    EXPECT_FALSE(image->is_damaged);
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, InspectedFormat,
                         testing::Values(std::pair{".jpg[Q=95]", 8}, std::pair{".jpg[Q=95,subsample-mode=off]", 8},
                                         std::pair{".jpg[Q=95,profile=p3]", 45}, std::pair{".jpg[Q=95,interlace]", 8},
                                         std::pair{".tif", 4}, std::pair{".webp[Q=95]", 14}));

TEST(Inspect, turns_the_picture_as_a_person_wished) {
  constexpr std::array<std::pair<double, double>, 4> top_left{{{0.1, 0.1}, {0.9, 0.1}, {0.9, 0.9}, {0.1, 0.9}}};
  const auto file = test::make_file({.upright = {240, 160}, .orientation = Orientation::rotated_90, .suffix = ".jpg"});
  for (const std::int32_t rotation : {0, 90, 180, 270}) {
    const auto image = inspect(file, {.max_side = 120, .rotation = rotation});
    ASSERT_TRUE(image) << image.error().message;
    const bool lies_down = rotation % 180 != 0;
    EXPECT_EQ(image->size, lies_down ? (core::Size{160, 240}) : (core::Size{240, 160}));
    EXPECT_EQ(image->raster.size, lies_down ? (core::Size{80, 120}) : (core::Size{120, 80}));
    const auto [x, y] = top_left[static_cast<std::size_t>(rotation / 90)];
    EXPECT_LE(test::difference(at(image->raster, x, y), test::top_left), 20) << rotation;
  }
}

TEST(Inspect, never_enlarges_and_takes_single_pixels_and_strips) {
  for (const core::Size size : {core::Size{1, 1}, core::Size{1, 900}, core::Size{900, 1}, core::Size{3, 2}}) {
    for (const char* suffix : {".jpg", ".png"}) {
      const auto image = inspect(test::make_file({.upright = size, .suffix = suffix}), {.max_side = 4096});
      ASSERT_TRUE(image) << size.width << "x" << size.height << suffix << ": " << image.error().message;
      EXPECT_EQ(image->size, size);
      EXPECT_EQ(image->raster.size, size);
      EXPECT_EQ(static_cast<std::int64_t>(image->raster.rgb.size()), 3 * size.pixels());
      EXPECT_FALSE(image->properties.dominant_colours.empty());
    }
  }
}

TEST(Inspect, keeps_pixels_that_need_no_scaling) {
  const auto image = inspect(plain({64, 48}, 3, 8, {200, 100, 50}, ".png"));
  ASSERT_TRUE(image) << image.error().message;
  EXPECT_LE(test::difference(at(image->raster, 0.5, 0.5), {200, 100, 50}), 2);
}

TEST(Inspect, gives_three_equal_channels_of_grey) {
  for (const char* suffix : {".jpg", ".png"}) {
    const auto image = inspect(test::make_in_space({600, 400}, "b-w", suffix), {.max_side = 200});
    ASSERT_TRUE(image) << image.error().message;
    for (std::size_t index = 0; index < image->raster.rgb.size(); index += 3) {
      ASSERT_NEAR(image->raster.rgb[index], image->raster.rgb[index + 1], 1);
      ASSERT_NEAR(image->raster.rgb[index], image->raster.rgb[index + 2], 1);
    }
  }
}

TEST(Inspect, reduces_sixteen_bits_and_converts_cmyk_and_profiles) {
  const auto deep = inspect(test::make_in_space({240, 160}, "rgb16", ".png"));
  ASSERT_TRUE(deep) << deep.error().message;
  expect_corners(deep->raster, 4);
  // 16-bit grey in the machine's byte order: 0x8080 is the middle.
  const auto deep_grey = inspect(plain({64, 64}, 1, 16, {0x80, 0x80}, ".png"));
  ASSERT_TRUE(deep_grey) << deep_grey.error().message;
  EXPECT_LE(test::difference(at(deep_grey->raster, 0.5, 0.5), {128, 128, 128}), 2);
  const auto cmyk = inspect(test::make_in_space({240, 160}, "cmyk", ".jpg"));
  ASSERT_TRUE(cmyk) << cmyk.error().message;
  expect_corners(cmyk->raster, 100);  // CMYK cannot hold these colours
  const auto wide = inspect(plain({64, 64}, 3, 8, {200, 100, 100}, ".png[profile=p3]"));
  ASSERT_TRUE(wide) << wide.error().message;
  // By the matrices of SMPTE EG 432-1 and IEC 61966-2-1.
  EXPECT_LE(test::difference(at(wide->raster, 0.5, 0.5), {214, 93, 96}), 5);
}

TEST(Inspect, lays_transparency_on_white) {
  const auto clear = inspect(plain({64, 64}, 4, 8, {0, 0, 0, 0}, ".png"));
  ASSERT_TRUE(clear) << clear.error().message;
  EXPECT_LE(test::difference(at(clear->raster, 0.5, 0.5), {255, 255, 255}), 1);
  const auto half = inspect(plain({64, 64}, 4, 8, {0, 0, 0, 128}, ".png"));
  ASSERT_TRUE(half) << half.error().message;
  EXPECT_LE(test::difference(at(half->raster, 0.5, 0.5), {127, 127, 127}), 2);
}

TEST(Inspect, measures_what_measure_does) {
  const core::Size size{2400, 1800};
  const auto pixels = scene(size);
  for (const char* suffix : {".jpg[Q=90]", ".jpg[Q=90,subsample-mode=off]", ".png", ".jpg[Q=90,profile=p3]"}) {
    const auto file = test::write_pixels(pixels, size, 3, 8, suffix);
    const auto expected = measured(file);
    for (const std::int32_t max_side : {64, 512, 1600}) {
      const auto image = inspect(file, {.max_side = max_side});
      ASSERT_TRUE(image) << image.error().message;
      const auto& found = image->properties;
      EXPECT_LE(std::popcount(found.perceptual_hash ^ expected.perceptual_hash), 2) << suffix << max_side;
      EXPECT_NEAR(found.mean_luma, expected.mean_luma, 0.5) << suffix << max_side;
      EXPECT_NEAR(found.luma_deviation, expected.luma_deviation, 0.5) << suffix << max_side;
      EXPECT_NEAR(found.sharpness, expected.sharpness, 0.05 * expected.sharpness + 0.1) << suffix << max_side;
      EXPECT_NEAR(found.dark_share, expected.dark_share, 0.005) << suffix << max_side;
      EXPECT_NEAR(found.bright_share, expected.bright_share, 0.005) << suffix << max_side;
      ASSERT_EQ(found.dominant_colours.size(), expected.dominant_colours.size());
      for (std::size_t index = 0; index < found.dominant_colours.size(); ++index)
        EXPECT_NEAR(found.dominant_colours[index].share, expected.dominant_colours[index].share, 0.05) << suffix;
    }
  }
}

TEST(Inspect, makes_the_best_of_damage_only_where_it_is_allowed) {
  for (const char* suffix : {".jpg", ".jpg[profile=p3]", ".jpg[interlace]"}) {
    const auto whole = test::make_file({.upright = {800, 600}, .suffix = suffix});
    const auto cut = std::string_view(whole).substr(0, whole.size() * 7 / 10);
    const auto refused = inspect(cut);
    ASSERT_FALSE(refused) << suffix;
    EXPECT_EQ(refused.error().code, ErrorCode::corrupt_image) << suffix;
    const auto kept = inspect(cut, {.allow_damaged = true});
    ASSERT_TRUE(kept) << suffix << kept.error().message;
    EXPECT_TRUE(kept->is_damaged) << suffix;
    EXPECT_FALSE(kept->damage.empty()) << suffix;
    EXPECT_EQ(kept->size, (core::Size{800, 600})) << suffix;
    EXPECT_EQ(kept->raster.size, (core::Size{800, 600})) << suffix;
    const int tolerance = std::string_view(suffix).find("p3") != std::string_view::npos ? 45 : 25;
    EXPECT_LE(test::difference(at(kept->raster, 0.1, 0.1), test::top_left), tolerance) << suffix;
  }
}

TEST(Inspect, refuses_plans_that_make_no_raster) {
  const auto file = test::make_file({});
  for (const std::int32_t side : {-1, 0, 63, 4097, std::numeric_limits<std::int32_t>::max()})
    EXPECT_EQ(inspect(file, {.max_side = side}).error().field, "max_side") << side;
  for (const std::int32_t rotation : {-90, 1, 45, 360})
    EXPECT_EQ(inspect(file, {.rotation = rotation}).error().field, "rotation") << rotation;
}

TEST(Inspect, holds_the_header_against_the_limits_even_the_widest) {
  const auto file = test::make_file({.upright = {400, 300}});
  EXPECT_EQ(inspect(file, {}, {.max_pixels = 1000}).error().code, ErrorCode::too_large);
  EXPECT_EQ(inspect(file, {}, {.max_bytes = 100}).error().code, ErrorCode::too_large);
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  constexpr auto widest = std::numeric_limits<std::int32_t>::max();
  const Limits huge{most, most, widest, widest, most, widest};
  const auto image = inspect(file, {}, huge);
  ASSERT_TRUE(image) << image.error().message;
  EXPECT_EQ(image->raster.size, (core::Size{400, 300}));
}

TEST(Inspect, refuses_what_is_empty_or_unknown) {
  EXPECT_EQ(inspect("").error().code, ErrorCode::corrupt_image);
  EXPECT_EQ(inspect("This is a letter, not a picture.").error().code, ErrorCode::unsupported_format);
}

}  // namespace sightglass::imaging
