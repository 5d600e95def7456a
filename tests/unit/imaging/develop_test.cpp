// What becomes of a sensor's frame: its samples, its colours, and what the file tells of the camera.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "core/json_writer.hpp"
#include "imaging/pipeline/picture_decoder.hpp"
#include "unit/imaging/test_frames.hpp"
#include "unit/imaging/test_pictures.hpp"

namespace sightglass::imaging {
namespace {

using core::PixelFormat;
using File = DevelopPlan::File;

constexpr std::array mosaics_of_8{PixelFormat::bayer_gr8, PixelFormat::bayer_rg8, PixelFormat::bayer_gb8,
                                  PixelFormat::bayer_bg8};
constexpr std::array mosaics_of_12{PixelFormat::bayer_gr12, PixelFormat::bayer_rg12, PixelFormat::bayer_gb12,
                                   PixelFormat::bayer_bg12};

std::string developed(const core::RawImage& frame, const DevelopPlan& plan) {
  pipeline::PictureDecoder decoder;
  const auto file = decoder.develop(frame, plan, {});
  if (!file) ADD_FAILURE() << file.error().message << ' ' << file.error().cause;
  return file.value_or("");
}

// Values over the whole range of a format, each pixel another.
test::Scene ramp(PixelFormat format) {
  const int full = 1 << core::significant_bits(format);
  return [full](int x, int y) {
    const int value = (x * 37 + y * 1009) % full;
    return std::array{value, (value + 61) % full, (value + 131) % full};
  };
}

TEST(Develop, drops_the_bits_below_the_upper_eight_of_those_that_count) {
  for (const auto format : {PixelFormat::mono8, PixelFormat::mono10, PixelFormat::mono12, PixelFormat::mono16}) {
    const auto scene = ramp(format);
    const auto stored = test::read_lossless(developed(test::frame_of({61, 43}, format, scene, 3), {.file = File::png}));
    ASSERT_EQ(stored.size, (core::Size{61, 43})) << core::name_of(format);
    EXPECT_EQ(stored.channels, 1);
    EXPECT_EQ(stored.bits, 8);
    const int shift = core::significant_bits(format) - 8;
    for (int y = 0; y < 43; ++y)
      for (int x = 0; x < 61; ++x) ASSERT_EQ(stored.at(x, y), scene(x, y)[0] >> shift) << x << ',' << y;
  }
}

TEST(Develop, takes_what_lies_above_the_bits_that_count_as_full) {
  const auto frame = test::frame_of({8, 8}, PixelFormat::mono10, [](int, int) { return std::array{0x4001, 0, 0}; });
  EXPECT_EQ(test::read_lossless(developed(frame, {.file = File::png})).at(3, 3), 255);
}

TEST(Develop, keeps_every_bit_in_a_tiff_for_measuring) {
  for (const auto format : {PixelFormat::mono10, PixelFormat::mono12, PixelFormat::mono16}) {
    const auto scene = ramp(format);
    const auto stored =
        test::read_lossless(developed(test::frame_of({61, 43}, format, scene, 1), {.file = File::tiff}));
    ASSERT_EQ(stored.bits, 16);
    for (int y = 0; y < 43; ++y)
      for (int x = 0; x < 61; ++x) ASSERT_EQ(stored.at(x, y), scene(x, y)[0]) << core::name_of(format);
  }
}

TEST(Develop, leaves_colours_as_they_are_in_either_order) {
  for (const auto format : {PixelFormat::rgb8, PixelFormat::bgr8}) {
    const auto scene = ramp(format);
    for (const auto file : {File::png, File::tiff}) {
      const auto stored = test::read_lossless(developed(test::frame_of({31, 17}, format, scene, 5), {.file = file}));
      ASSERT_EQ(stored.channels, 3);
      for (int y = 0; y < 17; ++y)
        for (int x = 0; x < 31; ++x)
          for (int channel = 0; channel < 3; ++channel)
            ASSERT_EQ(stored.at(x, y, channel), scene(x, y).at(static_cast<std::size_t>(channel)));
    }
  }
}

// Four fields of one colour each, with a border in the middle.
test::Scene fields(int bits) {
  return [bits](int x, int y) {
    const std::array<std::array<int, 3>, 4> colours{{{220, 30, 40}, {30, 200, 50}, {40, 60, 210}, {230, 220, 40}}};
    auto colour = colours.at(static_cast<std::size_t>((x >= 24 ? 1 : 0) + (y >= 20 ? 2 : 0)));
    for (auto& value : colour) value <<= bits - 8;
    return colour;
  };
}

// Everywhere but beside the border, the frame's outermost pixels included.
void expect_fields(const test::Stored& stored, int bits) {
  const auto scene = fields(bits);
  for (int y = 0; y < stored.size.height; ++y)
    for (int x = 0; x < stored.size.width; ++x) {
      if (std::abs(2 * x - 47) < 6 || std::abs(2 * y - 39) < 6) continue;
      for (int channel = 0; channel < 3; ++channel)
        ASSERT_NEAR(stored.at(x, y, channel), scene(x, y).at(static_cast<std::size_t>(channel)), 1) << x << ',' << y;
    }
}

TEST(Develop, finds_the_colours_under_every_mosaic_up_to_the_outermost_pixel) {
  for (const auto format : mosaics_of_8) {
    SCOPED_TRACE(core::name_of(format));
    const auto frame = test::frame_of({49, 41}, format, fields(8), 7);
    expect_fields(test::read_lossless(developed(frame, {.file = File::png})), 8);
    expect_fields(test::read_lossless(developed(frame, {.file = File::tiff})), 8);
  }
  for (const auto format : mosaics_of_12) {
    SCOPED_TRACE(core::name_of(format));
    const auto frame = test::frame_of({49, 41}, format, fields(12), 6);
    expect_fields(test::read_lossless(developed(frame, {.file = File::png})), 8);
    const auto stored = test::read_lossless(developed(frame, {.file = File::tiff}));
    EXPECT_EQ(stored.bits, 16);
    expect_fields(stored, 12);
  }
}

TEST(Develop, makes_a_jpeg_with_chroma_as_fine_as_its_luma_and_grey_of_grey) {
  // Red and blue lines one pixel wide, of equal luma.
  const auto lines = [](int x, int) { return x % 2 == 0 ? std::array{200, 60, 60} : std::array{100, 75, 240}; };
  const auto coloured = test::decode_jpeg(developed(test::frame_of({64, 48}, PixelFormat::bgr8, lines, 2), {}));
  EXPECT_EQ(coloured.size, (core::Size{64, 48}));
  EXPECT_LT(test::difference(coloured.at(30, 20), {200, 60, 60}), 12);
  EXPECT_LT(test::difference(coloured.at(31, 20), {100, 75, 240}), 12);
  const auto grey = test::decode_jpeg(developed(
      test::frame_of({64, 48}, PixelFormat::mono12, [](int x, int) { return std::array{x * 64, 0, 0}; }), {}));
  EXPECT_EQ(grey.components, 1);
  EXPECT_LT(test::difference(grey.at(32, 24), {128, 128, 128}), 3);
}

TEST(Develop, makes_pictures_of_the_smallest_frames_in_every_format) {
  for (int format = 0; format <= static_cast<int>(PixelFormat::bayer_bg12); ++format)
    for (const core::Size size : {core::Size{1, 1}, core::Size{2, 1}, core::Size{1, 3}, core::Size{3, 3}})
      for (const auto file : {File::jpeg, File::png, File::tiff}) {
        const auto pixel_format = static_cast<PixelFormat>(format);
        const auto frame = test::frame_of(size, pixel_format, ramp(pixel_format));
        pipeline::PictureDecoder decoder;
        const auto bytes = decoder.develop(frame, {.file = file}, {});
        ASSERT_TRUE(bytes) << core::name_of(pixel_format) << bytes.error().message;
        const auto images = decoder.derive(test::file_of(*bytes).get(), {}, {});
        ASSERT_TRUE(images) << core::name_of(pixel_format) << images.error().message;
        EXPECT_EQ(images->size, size);
      }
}

DevelopPlan full_plan(File file) {
  return {.file = file,
          .make = "Basler",
          .model = "acA1300-30gm",
          .serial = "21345678",
          .taken_at = core::parse_iso8601("2026-11-21T04:12:33.123456Z"),
          .exposure_seconds = 0.0123456,
          .comment = "Prüfplatz 3: gain 6 dB"};
}

core::CaptureMetadata read_back(const std::string& file) {
  pipeline::PictureDecoder decoder;
  const auto images = decoder.derive(test::file_of(file).get(), {}, {});
  if (!images) ADD_FAILURE() << images.error().message << ' ' << images.error().cause;
  return images ? images->metadata : core::CaptureMetadata{};
}

TEST(Develop, tells_in_every_file_who_took_the_frame_when_and_how) {
  for (const auto format : {PixelFormat::mono12, PixelFormat::bayer_rg8, PixelFormat::rgb8})
    for (const auto file : {File::jpeg, File::png, File::tiff}) {
      SCOPED_TRACE(static_cast<int>(file));
      const auto plan = full_plan(file);
      const auto metadata = read_back(developed(test::frame_of({64, 48}, format, ramp(format)), plan));
      EXPECT_EQ(metadata.camera_make, "Basler");
      EXPECT_EQ(metadata.camera_model, "acA1300-30gm");
      EXPECT_EQ(metadata.taken_at, plan.taken_at);
      EXPECT_EQ(metadata.taken_offset_minutes, 0);
      EXPECT_EQ(metadata.taken_source, core::TakenSource::exif);
      EXPECT_NEAR(metadata.exposure_seconds.value_or(0), 0.0123456, 1e-9);
      EXPECT_EQ(metadata.orientation, core::Orientation::upright);
      EXPECT_NE(metadata.json.find(R"("Exif.Photo.BodySerialNumber":"21345678")"), std::string::npos) << metadata.json;
      EXPECT_NE(metadata.json.find(R"("Exif.Photo.UserComment":"Prüfplatz 3: gain 6 dB")"), std::string::npos)
          << metadata.json;
    }
}

TEST(Develop, keeps_the_pixels_of_a_tiff_that_gets_metadata) {
  const auto scene = ramp(PixelFormat::mono16);
  const auto frame = test::frame_of({301, 203}, PixelFormat::mono16, scene);
  const auto stored = test::read_lossless(developed(frame, full_plan(File::tiff)));
  ASSERT_EQ(stored.size, (core::Size{301, 203}));
  for (int y = 0; y < 203; ++y)
    for (int x = 0; x < 301; ++x) ASSERT_EQ(stored.at(x, y), scene(x, y)[0]);
}

TEST(Develop, writes_exposures_from_a_microsecond_to_a_day) {
  const auto frame = test::frame_of({8, 8}, PixelFormat::mono8, ramp(PixelFormat::mono8));
  for (const double seconds : {0.000001, 0.00002, 0.5, 4.0, 30.25, 3600.0, 86'400.0}) {
    const auto metadata = read_back(developed(frame, {.exposure_seconds = seconds}));
    EXPECT_NEAR(metadata.exposure_seconds.value_or(0), seconds, seconds * 1e-6) << seconds;
  }
}

TEST(Develop, takes_any_text_as_a_comment) {
  const auto frame = test::frame_of({8, 8}, PixelFormat::mono8, ramp(PixelFormat::mono8));
  for (const std::string text : {"plain", "charset=Ascii \"x\"", "kühl 4 °C", "naïve 😀 part", "日本"}) {
    const auto metadata = read_back(developed(frame, {.comment = text}));
    EXPECT_NE(metadata.json.find(core::json_quoted(text)), std::string::npos) << text << ' ' << metadata.json;
  }
  EXPECT_FALSE(developed(frame, {.make = "\xff\xfe", .comment = std::string("\xff\0\x80 broken", 10)}).empty());
}

TEST(Develop, tells_nothing_that_it_was_not_told) {
  const auto frame = test::frame_of({8, 8}, PixelFormat::mono8, ramp(PixelFormat::mono8));
  for (const auto file : {File::jpeg, File::png, File::tiff}) {
    const auto metadata = read_back(developed(frame, {.file = file}));
    EXPECT_FALSE(metadata.taken_at);
    EXPECT_EQ(metadata.camera_make, "");
    EXPECT_FALSE(metadata.exposure_seconds);
  }
}

core::Error refusal_of(const core::RawImage& frame, const DevelopPlan& plan = {}, const Limits& limits = {}) {
  pipeline::PictureDecoder decoder;
  const auto file = decoder.develop(frame, plan, limits);
  return file ? core::Error{.message = "it was taken"} : file.error();
}

TEST(Develop, refuses_frames_that_contradict_themselves_naming_the_field) {
  const auto sound = test::frame_of({16, 12}, PixelFormat::mono12, ramp(PixelFormat::mono12));
  const auto expect_field = [&](auto change, const char* field) {
    auto frame = sound;
    change(frame);
    const auto error = refusal_of(frame);
    EXPECT_EQ(error.code, core::ErrorCode::invalid_input) << field << error.message;
    EXPECT_EQ(error.field, field);
  };
  expect_field([](auto& frame) { frame.size.width = 0; }, "width");
  expect_field([](auto& frame) { frame.size.height = -1; }, "height");
  expect_field([](auto& frame) { frame.stride = 31; }, "stride");
  expect_field([](auto& frame) { frame.stride = -32; }, "stride");
  expect_field([](auto& frame) { frame.size.width = INT32_MAX; }, "stride");
  expect_field([](auto& frame) { frame.stride = INT32_MAX; }, "bytes");
  expect_field([](auto& frame) { frame.size.height = 13; }, "bytes");
  expect_field([](auto& frame) { frame.bytes.reset(); }, "bytes");
  expect_field([](auto& frame) { frame.format = static_cast<PixelFormat>(200); }, "format");
}

TEST(Develop, refuses_plans_that_cannot_be_naming_the_field) {
  const auto frame = test::frame_of({16, 12}, PixelFormat::mono8, ramp(PixelFormat::mono8));
  EXPECT_EQ(refusal_of(frame, {.quality = 0}).field, "quality");
  EXPECT_EQ(refusal_of(frame, {.quality = 101}).field, "quality");
  EXPECT_EQ(refusal_of(frame, {.file = static_cast<File>(7)}).field, "file");
  EXPECT_EQ(refusal_of(frame, {.make = std::string(129, 'x')}).field, "make");
  EXPECT_EQ(refusal_of(frame, {.comment = std::string(1001, 'x')}).field, "comment");
  EXPECT_EQ(refusal_of(frame, {.exposure_seconds = 0.0}).field, "exposure_seconds");
  EXPECT_EQ(refusal_of(frame, {.exposure_seconds = std::nan("")}).field, "exposure_seconds");
  EXPECT_EQ(refusal_of(frame, {.taken_at = core::from_micros(INT64_MAX)}).field, "taken_at");
}

TEST(Develop, holds_frames_and_their_files_against_the_limits) {
  const auto frame = test::frame_of({200, 100}, PixelFormat::bayer_rg12, ramp(PixelFormat::bayer_rg12));
  const auto expect_limit = [&](const Limits& limits, const char* name) {
    const auto error = refusal_of(frame, {.file = File::tiff}, limits);
    EXPECT_EQ(error.code, core::ErrorCode::too_large) << name << error.message;
    EXPECT_NE(error.message.find(name), std::string::npos) << error.message;
  };
  expect_limit({.max_side = 199}, "max_side");
  expect_limit({.max_pixels = 19'999}, "max_pixels");
  expect_limit({.max_bytes = 39'999}, "max_bytes");
  expect_limit({.max_bytes = 100'000}, "max_bytes");  // of the file, which has 120,000
  expect_limit({.max_decode_bytes = 100'000}, "max_decode_bytes");
}

}  // namespace
}  // namespace sightglass::imaging
