// Orientation where it does not stand in a JPEG: PNG's eXIf chunk and HEIF's own rotation.
#include <gtest/gtest.h>

#include <tuple>

#include "imaging/pipeline/picture_decoder.hpp"
#include "unit/imaging/container_patches.hpp"
#include "unit/imaging/test_pictures.hpp"

namespace sightglass::imaging {

using core::Orientation;

namespace {

constexpr core::Size upright{482, 322};

core::Result<DerivedImages> derive(std::string_view bytes) {
  const auto file = test::file_of(bytes);
  pipeline::PictureDecoder decoder;
  return decoder.derive(file.get(), {.display_box = {200, 200}, .thumbnail_box = {90, 90}}, {});
}

void expect_upright(const core::Result<DerivedImages>& images) {
  ASSERT_TRUE(images) << images.error().message << " " << images.error().cause;
  EXPECT_EQ(images->size, upright);
  EXPECT_EQ(images->display_size, (core::Size{200, 134}));
  EXPECT_EQ(images->thumbnail_size, (core::Size{90, 60}));
  const auto picture = test::decode_jpeg(images->display_jpeg);
  EXPECT_LE(test::difference(picture.near(0.1, 0.1), test::top_left), 25);
  EXPECT_LE(test::difference(picture.near(0.9, 0.1), test::top_right), 25);
  EXPECT_LE(test::difference(picture.near(0.1, 0.9), test::bottom_left), 25);
  EXPECT_LE(test::difference(picture.near(0.9, 0.9), test::bottom_right), 25);
}

// A quarter turn against the clock, as often as said, brings the picture upright.
constexpr Orientation stored_for_turns[] = {Orientation::upright, Orientation::rotated_270, Orientation::rotated_180,
                                            Orientation::rotated_90};

std::string plain_file(Orientation stored, const char* suffix) {
  const auto size = core::swaps_axes(stored) ? upright.transposed() : upright;
  return test::write_pixels(test::corner_pixels(upright, stored), size, 3, 8, suffix);
}

}  // namespace

class PngOrientation : public testing::TestWithParam<std::tuple<int, const char*, test::ChunkPlace>> {};

TEST_P(PngOrientation, is_turned_upright_and_told) {
  const auto [number, suffix, place] = GetParam();
  const auto orientation = static_cast<Orientation>(number);
  const auto images = derive(test::with_exif_chunk(plain_file(orientation, suffix), orientation, place));
  expect_upright(images);
  ASSERT_TRUE(images);
  EXPECT_EQ(images->metadata.orientation, orientation);
  EXPECT_NE(images->metadata.json.find("\"Exif.Image.Orientation\""), std::string::npos) << images->metadata.json;
}

INSTANTIATE_TEST_SUITE_P(ExifChunk, PngOrientation,
                         testing::Combine(testing::Range(1, 9), testing::Values(".png", ".png[interlace]"),
                                          testing::Values(test::ChunkPlace::before_pixels,
                                                          test::ChunkPlace::after_pixels)));

class HeifRotation : public testing::TestWithParam<std::tuple<int, const char*>> {};

TEST_P(HeifRotation, is_applied) {
  const auto [turns, suffix] = GetParam();
  const auto file = plain_file(stored_for_turns[turns], suffix);
  if (file.empty()) GTEST_SKIP() << "libvips here cannot write " << suffix;
  expect_upright(derive(test::with_rotation(file, turns)));
}

// Phones write both, and only the file's own rotation counts (ISO/IEC 23008-12, annex A.2.1).
TEST_P(HeifRotation, is_not_applied_a_second_time_for_exif) {
  const auto [turns, suffix] = GetParam();
  const auto orientation = stored_for_turns[turns];
  const auto file = test::make_file({.upright = upright, .orientation = orientation, .suffix = suffix});
  if (file.empty()) GTEST_SKIP() << "libvips here cannot write " << suffix;
  const auto images = derive(test::with_rotation(file, turns));
  expect_upright(images);
  ASSERT_TRUE(images);
  EXPECT_EQ(images->metadata.orientation, orientation) << "what the camera wrote is still told";
}

TEST_P(HeifRotation, is_measured_upright_too) {
  const auto [turns, suffix] = GetParam();
  const auto plain = plain_file(Orientation::upright, suffix);
  if (plain.empty()) GTEST_SKIP() << "libvips here cannot write " << suffix;
  pipeline::PictureDecoder decoder;
  const auto reference_file = test::file_of(plain);
  const auto turned_file = test::file_of(test::with_rotation(plain_file(stored_for_turns[turns], suffix), turns));
  const auto reference = decoder.measure(reference_file.get(), {});
  const auto turned = decoder.measure(turned_file.get(), {});
  ASSERT_TRUE(reference) << reference.error().message;
  ASSERT_TRUE(turned) << turned.error().message;
  EXPECT_LE(__builtin_popcountll(reference->perceptual_hash ^ turned->perceptual_hash), 8)
      << "of 64 bits; an unturned picture differs in about half";
}

INSTANTIATE_TEST_SUITE_P(QuarterTurns, HeifRotation,
                         testing::Combine(testing::Range(0, 4), testing::Values(".heic[Q=90]", ".avif[Q=90]")));

TEST(HeifOrientation, of_exif_alone_is_ignored_as_the_standard_says) {
  const auto file =
      test::make_file({.upright = upright, .orientation = Orientation::rotated_90, .suffix = ".heic[Q=90]"});
  if (file.empty()) GTEST_SKIP() << "libvips here cannot write HEIC";
  const auto images = derive(file);
  ASSERT_TRUE(images) << images.error().message;
  EXPECT_EQ(images->size, upright.transposed());
}

}  // namespace sightglass::imaging
