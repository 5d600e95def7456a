// Captures by the owner thread, of a simulated camera.
#include <gtest/gtest.h>

#include "unit/camera/answers.hpp"

namespace sightglass::camera {
namespace {

std::unique_ptr<Camera> camera_at(const std::string& address, CameraOptions options = {}) {
  auto device = make_device({.driver = Driver::simulated, .address = address});
  EXPECT_TRUE(device) << device.error().message;
  options.name = "bench";
  return std::make_unique<Camera>(std::move(*device), std::move(options));
}

TEST(Capture, gives_a_frame_that_says_that_it_is_simulated) {
  const auto camera = camera_at("scene:gradient?size=128x64");
  const auto shot = capture_now(*camera);
  ASSERT_TRUE(shot) << shot.error().message;
  EXPECT_TRUE(shot->frame.is_simulated);
  EXPECT_TRUE(shot->identity.is_simulated);
  EXPECT_EQ(shot->tries, 1);
  EXPECT_EQ(shot->frame.image.size, (core::Size{128, 64}));
}

TEST(Capture, has_its_settings_for_itself_alone) {
  const auto camera = camera_at("scene:gradient?size=128x64");
  const auto special = capture_now(*camera, {.exposure_ms = 2.503, .gain = 6, .region = Region{64, 0, 64, 64}});
  ASSERT_TRUE(special) << special.error().message;
  EXPECT_NEAR(*special->frame.settings.exposure_ms, 2.5, 1e-9);
  EXPECT_EQ(special->frame.image.size, (core::Size{64, 64}));
  const auto plain = capture_now(*camera);
  ASSERT_TRUE(plain) << plain.error().message;
  EXPECT_EQ(plain->frame.settings.exposure_ms, 10);
  EXPECT_EQ(plain->frame.image.size, (core::Size{128, 64}));
}

TEST(Capture, says_after_four_tries_what_went_wrong_each_time) {
  const auto camera = camera_at("scene:gradient?size=128x64&lost_first=1&incomplete=1",
                                {.transfer_patience = std::chrono::milliseconds(150)});
  const auto shot = capture_now(*camera);
  ASSERT_FALSE(shot);
  EXPECT_EQ(shot.error().code, core::ErrorCode::internal);
  EXPECT_EQ(shot.error().message,
            "The camera bench gave no whole picture in 4 tries. 1: no frame within 160 ms. 2: frame 2 arrived in part. "
            "3: frame 3 arrived in part. 4: frame 4 arrived in part.");
  EXPECT_EQ(camera->status().failed_captures, 1U);
}

TEST(Capture, names_the_range_of_what_is_outside) {
  const auto camera = camera_at("scene:gradient?size=128x64");
  const auto shot = capture_now(*camera, {.exposure_ms = 5'000});
  ASSERT_FALSE(shot);
  EXPECT_EQ(shot.error().code, core::ErrorCode::invalid_input);
  EXPECT_EQ(shot.error().field, "exposure_ms");
  EXPECT_EQ(shot.error().message, "exposure_ms must be 0.02 to 2000 for this camera; it is 5000.");
}

}  // namespace
}  // namespace sightglass::camera
