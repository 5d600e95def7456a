// Rasters that come from another process, which may have been taken over by the picture.
#include <gtest/gtest.h>

#include "imaging/decoder_pool.hpp"
#include "imaging/decoder_wire.hpp"
#include "imaging/pipeline/picture_decoder.hpp"
#include "unit/imaging/test_pictures.hpp"

namespace sightglass::imaging {
namespace {

DecoderPoolOptions child(std::string kind) {
  return {.executable = "/proc/self/exe", .arguments = {"--decode-child", std::move(kind)}};
}

core::Result<InspectionImage> inspect(DecoderPool& pool, std::string_view bytes, const RasterPlan& plan = {}) {
  const auto fd = test::file_of(bytes);
  return pool.inspect(fd.get(), plan, {});
}

TEST(DecoderRasters, come_with_the_plan_kept) {
  DecoderPool pool(child("honest"));
  const auto image = inspect(pool, "sound", {.max_side = 400});
  ASSERT_TRUE(image) << image.error().message << image.error().cause;
  EXPECT_EQ(image->size, (core::Size{4000, 3000}));
  EXPECT_EQ(image->raster.size, (core::Size{400, 300}));
  EXPECT_EQ(image->raster.rgb, std::vector<std::uint8_t>(3U * 400 * 300, 128));
  EXPECT_EQ(image->properties.mean_luma, 128);
}

TEST(DecoderRasters, that_are_not_what_was_asked_for_are_an_error_and_the_next_is_sound) {
  DecoderPool pool(child("honest"));
  for (const auto* lie : {"few bytes", "other size", "too large", "damage"}) {
    const auto image = inspect(pool, lie);
    ASSERT_FALSE(image) << lie;
    EXPECT_EQ(image.error().code, core::ErrorCode::internal) << lie;
    EXPECT_TRUE(inspect(pool, "sound")) << lie;
  }
  EXPECT_EQ(inspect(pool, "crash").error().code, core::ErrorCode::corrupt_image);
  EXPECT_EQ(inspect(pool, "throw").error().code, core::ErrorCode::too_large);
  EXPECT_TRUE(inspect(pool, "sound"));
}

TEST(DecoderRasters, of_a_plan_without_bounds_are_held_against_what_a_message_holds) {
  const std::string head = R"({"size":[2147483647,2147483647],"raster_size":[2147483647,2147483647],)"
                           R"("is_damaged":false,"damage":"","properties":{}})";
  const auto image = wire::decode_inspected({.head = head}, {.max_side = INT32_MAX});
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().cause, "a raster is too large");
}

TEST(DecoderRasters, are_the_same_confined_as_in_the_open) {
  ASSERT_TRUE(pipeline::PictureDecoder::warm_up());
  pipeline::PictureDecoder open;
  DecoderPool pool(child("real"));
  for (const auto* suffix : {".jpg", ".jpg[profile=p3]", ".png", ".webp", ".tif", ".gif", ".heic", ".avif"}) {
    const auto file = test::make_file({.upright = {1300, 900}, .suffix = suffix});
    if (file.empty()) {
      std::cout << "libvips here cannot write " << suffix << "\n";
      continue;
    }
    const auto fd = test::file_of(file);
    const RasterPlan plan{.max_side = 640, .rotation = 270};
    const auto confined = pool.inspect(fd.get(), plan, {});
    ASSERT_TRUE(confined) << suffix << ": " << confined.error().message << " " << confined.error().cause;
    const auto plain = open.inspect(fd.get(), plan, {});
    ASSERT_TRUE(plain) << suffix << ": " << plain.error().message;
    EXPECT_EQ(confined->raster.size, (core::Size{443, 640})) << suffix;
    EXPECT_EQ(confined->raster.rgb, plain->raster.rgb) << suffix;
    EXPECT_EQ(confined->properties.perceptual_hash, plain->properties.perceptual_hash) << suffix;
  }
}

TEST(DecoderRasters, pass_on_the_decoders_refusals) {
  DecoderPool pool(child("real"));
  EXPECT_EQ(inspect(pool, test::make_file({}), {.max_side = 10'000}).error().field, "max_side");
  EXPECT_EQ(inspect(pool, "no picture at all, only words").error().code, core::ErrorCode::unsupported_format);
}

}  // namespace
}  // namespace sightglass::imaging
