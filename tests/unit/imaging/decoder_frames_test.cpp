// Frames that are developed by another process, which may have been taken over by a picture before.
#include <gtest/gtest.h>

#include "imaging/decoder_pool.hpp"
#include "imaging/frame_wire.hpp"
#include "imaging/pipeline/picture_decoder.hpp"
#include "unit/imaging/test_frames.hpp"
#include "unit/imaging/test_pictures.hpp"

namespace sightglass::imaging {
namespace {

using core::PixelFormat;
using File = DevelopPlan::File;

DecoderPoolOptions child(std::string kind) {
  return {.executable = "/proc/self/exe", .arguments = {"--decode-child", std::move(kind)}};
}

core::RawImage grey_frame(core::Size size = {32, 20}) {
  return test::frame_of(size, PixelFormat::mono8, [](int x, int y) { return std::array{(x + y) % 256, 0, 0}; }, 4);
}

DevelopPlan plan_of(std::string comment) {
  return {.file = File::png,
          .quality = 90,
          .make = "maker",
          .model = std::string(longest_camera_text, 'm'),
          .serial = "4711",
          .taken_at = core::from_micros(1'700'000'000'123'456),
          .exposure_seconds = 0.25,
          .comment = std::move(comment)};
}

TEST(DecoderFrames, arrive_whole_with_all_of_the_plan) {
  DecoderPool pool(child("honest"));
  const auto file = pool.develop(grey_frame(), plan_of("describe"), {});
  ASSERT_TRUE(file) << file.error().message << file.error().cause;
  EXPECT_EQ(file->substr(8), "32x20 Mono8 stride 36 sum " + std::to_string(20 * 4 * 0xa5 + 20 * 496 + 32 * 190) +
                                 " quality 90 maker " + std::string(128, 'm') + " 4711 1700000000123456 0.25");
}

TEST(DecoderFrames, whose_files_are_not_what_was_asked_for_are_an_error_and_the_next_is_sound) {
  for (const auto* lie : {"no file", "endless"}) {
    DecoderPool pool(child("honest"));
    const auto file = pool.develop(grey_frame(), plan_of(lie), {.max_bytes = 1 << 20});
    ASSERT_FALSE(file) << lie;
    EXPECT_EQ(file.error().code, core::ErrorCode::internal) << lie;
    EXPECT_TRUE(pool.develop(grey_frame(), plan_of("describe"), {})) << lie;
  }
  DecoderPool pool(child("honest"));
  EXPECT_EQ(pool.develop(grey_frame(), plan_of("crash"), {}).error().code, core::ErrorCode::corrupt_image);
  EXPECT_EQ(pool.develop(grey_frame(), plan_of("throw"), {}).error().code, core::ErrorCode::too_large);
  EXPECT_TRUE(pool.develop(grey_frame(), plan_of("describe"), {}));
}

TEST(DecoderFrames, that_contradict_themselves_are_refused_without_a_child) {
  DecoderPool pool({.executable = "/does/not/exist", .starts_one_at_once = false});
  auto frame = grey_frame();
  frame.stride = 31;
  EXPECT_EQ(pool.develop(frame, {}, {}).error().field, "stride");
  EXPECT_EQ(pool.develop(grey_frame(), {.quality = 0}, {}).error().field, "quality");
  EXPECT_EQ(pool.develop(grey_frame(), {}, {.max_pixels = 10}).error().code, core::ErrorCode::too_large);
}

TEST(DecoderFrames, become_the_same_files_confined_as_in_the_open) {
  ASSERT_TRUE(pipeline::PictureDecoder::warm_up());
  pipeline::PictureDecoder open;
  DecoderPool pool(child("real"));
  for (int number = 0; number <= static_cast<int>(PixelFormat::bayer_bg12); ++number)
    for (const auto file : {File::jpeg, File::png, File::tiff}) {
      const auto format = static_cast<PixelFormat>(number);
      const auto frame = test::frame_of({333, 221}, format, [](int x, int y) { return std::array{x % 256, y, x / 2}; });
      auto plan = plan_of("Straße 5 😀");
      plan.file = file;
      const auto confined = pool.develop(frame, plan, {});
      ASSERT_TRUE(confined) << core::name_of(format) << confined.error().message << ' ' << confined.error().cause;
      EXPECT_EQ(*confined, open.develop(frame, plan, {}).value_or("")) << core::name_of(format);
    }
}

TEST(DecoderFrames, larger_than_any_other_answer_come_back_too) {
  DecoderPool pool(child("real"));
  const Limits limits{.max_bytes = 120 << 20, .max_decode_bytes = 1 << 30};
  const auto frame =
      test::frame_of({4000, 3000}, PixelFormat::bayer_gb12, [](int, int) { return std::array{9, 8, 7}; });
  const auto file = pool.develop(frame, {.file = File::tiff}, limits);
  ASSERT_TRUE(file) << file.error().message << file.error().cause;
  EXPECT_GT(file->size(), 6U * 4000 * 3000);
}

TEST(FrameWire, refuses_what_no_sender_writes) {
  const auto sound = wire::encode_frame(grey_frame(), plan_of("text"));
  ASSERT_TRUE(wire::decode_frame(sound));
  const auto expect_refused = [&](auto change) {
    auto request = sound;
    change(request);
    const auto wish = wire::decode_frame(request);
    ASSERT_FALSE(wish);
    EXPECT_EQ(wish.error().code, core::ErrorCode::internal);
  };
  expect_refused([](auto& request) { request.format = 14; });
  expect_refused([](auto& request) { request.file = 3; });
  expect_refused([](auto& request) { request.has_taken_at = 2; });
  expect_refused([](auto& request) { request.has_exposure = ~0U; });
  expect_refused([](auto& request) { request.make.length = 129; });
  expect_refused([](auto& request) { request.comment.length = 1001; });
}

}  // namespace
}  // namespace sightglass::imaging
