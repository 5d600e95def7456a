// Answers of a process that a stranger's stream may have taken over.
#include "camera/stream/stream_wire.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace sightglass::camera::stream::wire {
namespace {

Answer sound_frame() {
  Answer answer{.verb = Verb::next_frame, .width = 4, .height = 3};
  answer.format = static_cast<std::uint32_t>(core::PixelFormat::rgb8);
  answer.pixel_bytes = 36;
  answer.number = 7;
  answer.taken_at_micros = 1'700'000'000'000'001;
  answer.has_timestamp = 1;
  answer.timestamp_ns = 40'000'000;
  answer.completed = 9;
  answer.failed = 1;
  answer.underruns = 2;
  return answer;
}

TEST(StreamWire, makes_frames_of_answers_with_all_their_numbers) {
  const auto answer = sound_frame();
  ASSERT_TRUE(is_plausible(answer, Verb::next_frame));
  const auto frame = frame_of(answer, std::vector<std::uint8_t>(36, 5));
  EXPECT_EQ(frame.image.size, (core::Size{4, 3}));
  EXPECT_EQ(frame.image.stride, 12);
  EXPECT_EQ(frame.image.format, core::PixelFormat::rgb8);
  EXPECT_EQ(frame.image.bytes->size(), 36U);
  EXPECT_EQ(frame.number, 7U);
  EXPECT_EQ(core::to_micros(frame.taken_at), 1'700'000'000'000'001);
  EXPECT_EQ(frame.device_timestamp_ns, 40'000'000U);
  EXPECT_EQ(frame.counters.completed, 9U);
  EXPECT_EQ(frame.counters.failed, 1U);
  EXPECT_EQ(frame.counters.underruns, 2U);
}

TEST(StreamWire, refuses_answers_that_no_sound_process_gives) {
  const auto expect_refused = [](auto change) {
    auto answer = sound_frame();
    change(answer);
    EXPECT_FALSE(is_plausible(answer, Verb::next_frame));
  };
  expect_refused([](auto& answer) { answer.magic = 0; });
  expect_refused([](auto& answer) { answer.verb = Verb::open; });
  expect_refused([](auto& answer) { answer.width = 0; });
  expect_refused([](auto& answer) { answer.height = -3; });
  expect_refused([](auto& answer) { answer.width = most_side + 1; });
  expect_refused([](auto& answer) { answer.format = static_cast<std::uint32_t>(core::PixelFormat::bgr8); });
  expect_refused([](auto& answer) { answer.pixel_bytes = 35; });
  expect_refused([](auto& answer) {
    answer.width = answer.height = most_side;
    answer.pixel_bytes = 3U * most_side * most_side;
  });
  expect_refused([](auto& answer) { answer.taken_at_micros = -1; });
  expect_refused([](auto& answer) { answer.is_error = 2; });
  expect_refused([](auto& answer) { answer.is_error = 1; });  // errors have no pixels
  expect_refused([](auto& answer) { answer.error = 200; });
  expect_refused([](auto& answer) { answer.message.length = 301; });
  expect_refused([](auto& answer) { answer.gain = {2, 1, 0, 1}; });
  expect_refused([](auto& answer) { answer.exposure_ms.most = std::numeric_limits<double>::infinity(); });
  expect_refused([](auto& answer) { answer.settings.gain = std::numeric_limits<double>::quiet_NaN(); });
  EXPECT_FALSE(is_plausible(Answer{.verb = Verb::open}, Verb::open));  // of what size?
  EXPECT_TRUE(is_plausible(Answer{.verb = Verb::start}, Verb::start));
}

TEST(StreamWire, carries_errors_and_cuts_their_texts) {
  const auto answer = error_answer(
      Verb::open, {.code = core::ErrorCode::timeout, .message = std::string(1000, 'm'), .field = "address"});
  ASSERT_TRUE(is_plausible(answer, Verb::open));
  const auto error = error_of(answer);
  EXPECT_EQ(error.code, core::ErrorCode::timeout);
  EXPECT_EQ(error.message, std::string(300, 'm'));
  EXPECT_EQ(error.field, "address");
}

Capabilities webcam() {
  return {.sensor = {640, 480},
          .exposure_ms = Range{0.3, 204.7, 0.1},
          .gain = Range{0, 255, 1},
          .formats = {core::PixelFormat::rgb8},
          .has_auto_exposure = true};
}

TEST(StreamWire, passes_on_only_settings_that_the_camera_has) {
  const auto wishes = wishes_of({.exposure_ms = 10, .auto_exposure = false, .gain = 3}, webcam());
  ASSERT_TRUE(wishes) << wishes.error().message;
  EXPECT_EQ(wishes->has_exposure + wishes->has_auto_exposure + wishes->has_gain, 3U);
  EXPECT_EQ(wishes->exposure_ms, 10);
  const auto field_of = [](const Settings& settings, const Capabilities& can) {
    const auto refused = wishes_of(settings, can);
    return refused ? std::string("none") : refused.error().field;
  };
  EXPECT_EQ(field_of({.exposure_ms = 205}, webcam()), "exposure_ms");
  EXPECT_EQ(field_of({.exposure_ms = std::numeric_limits<double>::quiet_NaN()}, webcam()), "exposure_ms");
  EXPECT_EQ(field_of({.gain = -1}, webcam()), "gain");
  EXPECT_EQ(field_of({.exposure_ms = 10}, {}), "exposure_ms");
  EXPECT_EQ(field_of({.auto_exposure = true}, {}), "auto_exposure");
  EXPECT_EQ(field_of({.black_level = 1}, webcam()), "black_level");
  EXPECT_EQ(field_of({.frame_rate = 5}, webcam()), "frame_rate");
  EXPECT_EQ(field_of({.region = Region{0, 0, 64, 64}}, webcam()), "region");
  EXPECT_EQ(field_of({.binning = 2}, webcam()), "binning");
  EXPECT_EQ(field_of({.format = core::PixelFormat::mono8}, webcam()), "format");
  EXPECT_EQ(field_of({.user_set = "Default"}, webcam()), "user_set");
  EXPECT_EQ(field_of({.region = Region{0, 0, 640, 480}, .binning = 1, .format = core::PixelFormat::rgb8}, webcam()),
            "none");
}

}  // namespace
}  // namespace sightglass::camera::stream::wire
