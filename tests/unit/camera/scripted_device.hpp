// A device whose answers a test writes, without a trigger by software: it runs freely, as webcams do.
#pragma once

#include <atomic>
#include <functional>

#include "camera/device.hpp"

namespace sightglass::camera {

class ScriptedDevice final : public Device {
 public:
  std::function<core::Result<Identity>()> on_open = [] { return Identity{.vendor = "Test", .model = "Script"}; };
  std::function<core::Result<void>()> on_start = [] { return core::Result<void>{}; };
  std::function<core::Result<Frame>()> on_frame;
  Capabilities able{.sensor = {64, 64}, .exposure_ms = Range{1, 100, 0}};
  Settings in_force{.exposure_ms = 20, .frame_rate = 25};

  core::Result<Identity> open(std::chrono::milliseconds /*patience*/) override { return on_open(); }
  void close() override {}
  core::Result<Capabilities> capabilities() override { return able; }
  core::Result<Settings> configure(const Settings& settings) override {
    if (settings.exposure_ms) in_force.exposure_ms = settings.exposure_ms;
    return in_force;
  }
  core::Result<void> start(const Trigger& /*trigger*/) override { return on_start(); }
  core::Result<void> stop() override { return {}; }
  core::Result<void> trigger_software() override {
    return core::fail(core::ErrorCode::conflict, "It has no trigger by software.");
  }
  core::Result<Frame> next_frame(std::chrono::milliseconds /*patience*/) override {
    auto frame = on_frame();
    if (frame) frame->settings = in_force;
    return frame;
  }
  Counters counters() const override { return {}; }
  core::Result<void> check() override { return {}; }
};

}  // namespace sightglass::camera
