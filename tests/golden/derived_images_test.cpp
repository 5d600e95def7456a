// Derived images against what libvips makes of the same file, by a distance that the eye would agree with.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <span>
#include <tuple>
#include <vector>

#include "golden/perceptual_distance.hpp"
#include "golden/reference_pictures.hpp"
#include "imaging/pipeline/picture_decoder.hpp"
#include "imaging/vips/vips_decode.hpp"
#include "support/test_paths.hpp"

namespace sightglass::imaging::golden {

namespace {

namespace fs = std::filesystem;
using core::Orientation;

// Quality high enough that the resampling is measured and not the JPEG coder.
constexpr DerivePlan fine_plan{.display_quality = 98, .thumbnail_quality = 98};

// Measured over the pictures below, then set a little beyond the worst of them: 0.983, and 4.72 for a thumbnail of
// thin saturated spokes, whose chroma both ways halve differently.
constexpr double least_similarity = 0.975;
constexpr double most_colour_difference = 5.5;

fs::path shared_data() {
  const char* shared = std::getenv("SIGHTGLASS_SHARED");
  return (shared != nullptr ? fs::path(shared) : fs::path(SIGHTGLASS_SOURCE_DIR) / ".." / "shared") / "data";
}

std::string bytes_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

core::Result<DerivedImages> derive(std::string_view bytes, const DerivePlan& plan = fine_plan) {
  const auto file = test::file_of(bytes);
  pipeline::PictureDecoder decoder;
  return decoder.derive(file.get(), plan, {});
}

void expect_close(const test::Decoded& picture, const test::Decoded& reference, const std::string& what) {
  ASSERT_EQ(picture.size, reference.size) << what;
  const auto distance = distance_between(picture, reference);
  std::cout << what << ": SSIM " << distance.similarity << ", colour difference " << distance.colour_difference << "\n";
  EXPECT_GE(distance.similarity, least_similarity) << what;
  EXPECT_LE(distance.colour_difference, most_colour_difference) << what;
}

// A scene with what resampling gets wrong: fine stripes that turn, soft shades, hard coloured edges.
std::string made_scene(core::Size size, std::string_view suffix) {
  std::vector<std::uint8_t> pixels;
  pixels.reserve(static_cast<std::size_t>(size.pixels()) * 3);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const double across = static_cast<double>(x) / size.width;
      const double down = static_cast<double>(y) / size.height;
      const double ring = 127 + 100 * std::sin(60 * (across * across + down * down));
      const bool is_inside = (across - 0.7) * (across - 0.7) + (down - 0.3) * (down - 0.3) < 0.02;
      pixels.push_back(static_cast<std::uint8_t>(is_inside ? 220 : ring));
      pixels.push_back(static_cast<std::uint8_t>(is_inside ? 40 : 40 + 180 * across));
      pixels.push_back(static_cast<std::uint8_t>(is_inside ? 30 : 220 - 180 * down));
    }
  }
  return test::write_pixels(pixels, size, 3, 8, suffix);
}

std::vector<fs::path> real_pictures() {
  std::vector<fs::path> paths;
  for (const auto* folder : {"large_photos", "exif/immich", "exif/photoprism", "exif/exif_samples"}) {
    if (!fs::exists(shared_data() / folder)) continue;
    for (const auto& entry : fs::directory_iterator(shared_data() / folder)) {
      const auto type = entry.path().extension();
      if (type == ".jpg" || type == ".webp" || type == ".png" || type == ".heic") paths.push_back(entry.path());
    }
  }
  std::ranges::sort(paths);
  return paths;
}

}  // namespace

TEST(Golden, tells_equal_pictures_from_shifted_and_unlike_ones) {
  const auto scene = test::decode_jpeg(made_scene({400, 300}, ".jpg[Q=98]"));
  const auto turned = test::decode_jpeg(made_scene({300, 400}, ".jpg[Q=98]"));
  EXPECT_DOUBLE_EQ(distance_between(scene, scene).similarity, 1);
  EXPECT_DOUBLE_EQ(distance_between(scene, scene).colour_difference, 0);
  EXPECT_EQ(distance_between(scene, turned).similarity, 0);
  auto shifted = scene;
  std::ranges::rotate(shifted.rgb, shifted.rgb.begin() + 3 * 2);
  EXPECT_LT(distance_between(shifted, scene).similarity, least_similarity) << "a shift by two pixels must show";
  auto darker = scene;
  for (auto& channel : darker.rgb) channel = static_cast<std::uint8_t>(channel * 9 / 10);
  EXPECT_GT(distance_between(darker, scene).colour_difference, most_colour_difference);
}

TEST(Golden, real_pictures_look_as_libvips_shows_them) {
  const auto paths = real_pictures();
  if (paths.empty()) GTEST_SKIP() << "no real pictures below " << shared_data() << ": set SIGHTGLASS_SHARED";
  int compared = 0;
  for (const auto& path : paths) {
    const auto bytes = bytes_of(path);
    const auto images = derive(bytes);
    if (!images || std::min(images->display_size.width, images->display_size.height) < 100) continue;
    const auto name = path.filename().string();
    const auto display = test::decode_jpeg(images->display_jpeg);
    expect_close(display, thumbnail_by_vips(bytes, images->display_size), name + " display");
    expect_close(test::decode_jpeg(images->thumbnail_jpeg), thumbnail_by_vips(bytes, images->thumbnail_size),
                 name + " thumbnail");
    ++compared;
  }
  EXPECT_GE(compared, 40);
}

TEST(Golden, large_photos_are_resampled_as_well_as_from_every_pixel) {
  const auto folder = shared_data() / "large_photos";
  if (!fs::exists(folder)) GTEST_SKIP() << "no large photos at " << folder << ": set SIGHTGLASS_SHARED";
  for (const auto* name : {"Nikon_D90.jpg", "Leica_T__Typ_701.jpg", "Oppo_R7_Plus.jpg"}) {
    const auto bytes = bytes_of(folder / name);
    const auto images = derive(bytes);
    ASSERT_TRUE(images) << name << ": " << images.error().message;
    expect_close(test::decode_jpeg(images->display_jpeg), full_resample_by_vips(bytes, images->display_size),
                 std::string(name) + " display");
  }
}

TEST(Golden, made_pictures_of_every_format_look_as_libvips_shows_them) {
  for (const char* suffix : {".jpg[Q=95]", ".jpg[Q=95,subsample-mode=off]", ".jpg[Q=95,interlace]", ".png",
                             ".png[interlace]", ".png[bitdepth=8]", ".webp[Q=95]", ".webp[lossless]", ".tif",
                             ".tif[tile]", ".tif[compression=lzw]", ".heic[Q=90]", ".avif[Q=90,effort=0]"}) {
    const auto bytes = made_scene({1811, 1207}, suffix);
    if (bytes.empty()) {
      std::cout << "libvips here cannot write " << suffix << "\n";
      continue;
    }
    const auto images = derive(bytes);
    ASSERT_TRUE(images) << suffix << ": " << images.error().message;
    expect_close(test::decode_jpeg(images->display_jpeg), full_resample_by_vips(bytes, images->display_size),
                 std::string(suffix) + " display");
    expect_close(test::decode_jpeg(images->thumbnail_jpeg), full_resample_by_vips(bytes, images->thumbnail_size),
                 std::string(suffix) + " thumbnail");
  }
}

// The planes' way through TurboJPEG and the general way through libvips must not be told apart.
TEST(Golden, both_ways_of_a_jpeg_show_the_same_picture) {
  for (const char* suffix : {".jpg[Q=95]", ".jpg[Q=95,subsample-mode=off]", ".jpg[Q=95,interlace]"}) {
    const auto bytes = made_scene({3000, 2001}, suffix);
    const auto images = derive(bytes);
    ASSERT_TRUE(images) << suffix << ": " << images.error().message;
    const auto general = vips::decode(std::as_bytes(std::span(bytes)), {.box = fine_plan.display_box});
    ASSERT_TRUE(general) << suffix << ": " << general.error().message;
    expect_close(test::decode_jpeg(images->display_jpeg), {.size = general->size, .rgb = general->rgb},
                 std::string(suffix) + " by both ways");
  }
}

TEST(Golden, the_thumbnail_shows_what_the_display_image_shows) {
  const auto images = derive(made_scene({3000, 2001}, ".jpg[Q=95]"));
  ASSERT_TRUE(images) << images.error().message;
  expect_close(test::decode_jpeg(images->thumbnail_jpeg),
               full_resample_by_vips(images->display_jpeg, images->thumbnail_size), "thumbnail of the display");
}

TEST(Golden, the_usual_qualities_stay_close_to_the_reference) {
  const auto bytes = made_scene({3000, 2001}, ".jpg[Q=95]");
  for (const auto& plan : {DerivePlan::for_job(), DerivePlan::for_field()}) {
    const auto images = derive(bytes, plan);
    ASSERT_TRUE(images) << images.error().message;
    const auto distance =
        distance_between(test::decode_jpeg(images->display_jpeg), full_resample_by_vips(bytes, images->display_size));
    EXPECT_GE(distance.similarity, 0.95);
    EXPECT_LE(distance.colour_difference, 3);
  }
}

class GoldenTurn : public testing::TestWithParam<std::tuple<int, const char*>> {};

TEST_P(GoldenTurn, shows_the_picture_upright) {
  const auto [number, suffix] = GetParam();
  const core::Size upright{1203, 801};
  const auto scene = made_scene(upright, ".png");
  const auto turned = stored_turned(scene, static_cast<Orientation>(number), suffix);
  ASSERT_FALSE(turned.empty());
  const auto images = derive(turned);
  ASSERT_TRUE(images) << images.error().message;
  EXPECT_EQ(images->size, upright);
  expect_close(test::decode_jpeg(images->display_jpeg), full_resample_by_vips(scene, images->display_size),
               std::string(suffix) + " of orientation " + std::to_string(number));
  expect_close(test::decode_jpeg(images->thumbnail_jpeg), full_resample_by_vips(scene, images->thumbnail_size),
               std::string(suffix) + " thumbnail of orientation " + std::to_string(number));
}

INSTANTIATE_TEST_SUITE_P(EveryOrientation, GoldenTurn,
                         testing::Combine(testing::Range(1, 9), testing::Values(".jpg[Q=95]", ".tif", ".webp[Q=95]")));

}  // namespace sightglass::imaging::golden
