// The fixture of the suite: one rig for each test, skipped aloud where it cannot be had.
#pragma once

#include <gtest/gtest.h>

#include <iostream>
#include <memory>

#include "conformance/camera/rig.hpp"
#include "conformance/camera/watched_camera.hpp"

namespace sightglass::camera {

class CameraSuite : public testing::TestWithParam<RigKind> {
 protected:
  static constexpr std::chrono::milliseconds patience{120'000};  // where something is merely waited for

  void SetUp() override {
    rig_ = GetParam().make();
    if (const std::string hindrance = rig_->hindrance(); !hindrance.empty()) {
      std::cerr << "\n*** NOT TESTED on " << GetParam().name << ": " << hindrance << " ***\n\n";
      GTEST_SKIP() << hindrance;
    }
  }

  // A device that is open and gives small pictures quickly.
  std::unique_ptr<Device> open_device() {
    auto device = rig_->make_device();
    const auto opened = device->open(patience);
    EXPECT_TRUE(opened) << opened.error().message;
    const auto set = device->configure(quick());
    EXPECT_TRUE(set) << set.error().message;
    return device;
  }
  static Settings quick() { return {.exposure_ms = 5, .frame_rate = 100, .region = Region{0, 0, 256, 128}}; }
  std::unique_ptr<WatchedCamera> make_camera(CameraOptions options = {}) {
    options.name = "bench";
    options.settings = quick();
    if (options.transfer_patience == CameraOptions{}.transfer_patience) options.transfer_patience = patience;
    options.reopen_pause = std::chrono::milliseconds(50);
    options.check_interval = std::chrono::milliseconds(50);
    return std::make_unique<WatchedCamera>(rig_->make_device(), std::move(options));
  }

  std::unique_ptr<Rig> rig_;
};

template <typename T>
testing::AssertionResult failed_with(core::ErrorCode code, const core::Result<T>& result) {
  if (result) return testing::AssertionFailure() << "it did not fail";
  if (result.error().code == code) return testing::AssertionSuccess();
  return testing::AssertionFailure() << core::name_of(result.error().code) << ": " << result.error().message;
}

}  // namespace sightglass::camera
