// Exposure and gain of a V4L2 device, through the kernel's controls.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "camera/types.hpp"
#include "core/result.hpp"

namespace sightglass::camera::stream {

// One control's call of the kernel: 0, or −1 with errno set. ioctl(2) on the device, or a test's.
using ControlCall = std::function<int(unsigned long request, void* argument)>;

// Not thread-safe. Blocks for what the device takes, some milliseconds.
class V4l2Controls {
 public:
  explicit V4l2Controls(ControlCall call) : call_(std::move(call)) {}

  // "HD Pro Webcam C920", as the driver says; empty when it does not.
  std::string model() const;
  // Absent: the device has no such control, or it is off.
  std::optional<Range> exposure_ms() const;
  std::optional<Range> gain() const;
  bool has_auto_exposure() const;

  // What is in force, of what there is.
  Settings settings() const;
  // Rounded to the control's steps. An exposure ends the automatic one. Errors: invalid_input naming the field when
  // the device refuses the value, unavailable when it is gone.
  core::Result<void> set_exposure_ms(double value);
  core::Result<void> set_gain(double value);
  core::Result<void> set_auto_exposure(bool value);

 private:
  std::optional<std::int32_t> value_of(std::uint32_t id) const;
  core::Result<void> set(const char* field, std::uint32_t id, std::int32_t value);
  ControlCall call_;
};

}  // namespace sightglass::camera::stream
