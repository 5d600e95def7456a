#include "cli/camera_source.hpp"

#include <gtest/gtest.h>

namespace sightglass::cli {
namespace {

TEST(CameraWords, say_what_is_to_be_set) {
  const auto settings = settings_from_words({"exposure_ms=2.5", "gain=-1", "auto_exposure=false", "region=8,16,640,480",
                                             "binning=2", "pixel_format=Mono12", "user_set=Default"});
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->exposure_ms, 2.5);
  EXPECT_EQ(settings->gain, -1);
  EXPECT_EQ(settings->auto_exposure, false);
  EXPECT_EQ(settings->region, (camera::Region{.x = 8, .y = 16, .width = 640, .height = 480}));
  EXPECT_EQ(settings->binning, 2);
  EXPECT_EQ(settings->format, core::PixelFormat::mono12);
  EXPECT_EQ(settings->user_set, "Default");
  EXPECT_FALSE(settings->black_level || settings->frame_rate);
}

TEST(CameraWords, that_are_not_understood_are_named) {
  for (const auto& [word, field] : {std::pair{"exposure_ms", "exposure_ms"},
                                    {"exposure_ms=", "exposure_ms"},
                                    {"exposure_ms=5ms", "exposure_ms"},
                                    {"gain=high", "gain"},
                                    {"auto_exposure=yes", "auto_exposure"},
                                    {"region=1,2,3", "region"},
                                    {"region=1,2,3,4,5", "region"},
                                    {"pixel_format=Mono7", "pixel_format"},
                                    {"colour=red", "colour"},
                                    {"=5", ""}}) {
    const auto refused = settings_from_words({word});
    ASSERT_FALSE(refused) << word;
    EXPECT_EQ(refused.error().code, core::ErrorCode::invalid_input);
    EXPECT_EQ(refused.error().field, field);
  }
}

TEST(OpenedCamera, is_told_its_settings_and_refuses_what_it_cannot) {
  ChosenCamera chosen{.source = {.driver = camera::Driver::simulated, .address = "scene:belt?size=320x256"}};
  chosen.settings.gain = 3;
  const auto opened = OpenedCamera::open(chosen);
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_TRUE(opened->identity().is_simulated);
  EXPECT_EQ(opened->settings().gain, 3);
  chosen.settings.exposure_ms = 1e9;
  const auto refused = OpenedCamera::open(chosen);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().field, "exposure_ms");
}

TEST(OpenedCamera, that_somebody_else_holds_says_who_that_may_be) {
  const ChosenCamera chosen{
      .source = {.driver = camera::Driver::simulated, .address = "scene:belt?size=320x256&busy_for=600"}};
  const auto refused = OpenedCamera::open(chosen);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::ErrorCode::unavailable);
  EXPECT_TRUE(refused.error().message.contains("server")) << refused.error().message;
}

}  // namespace
}  // namespace sightglass::cli
