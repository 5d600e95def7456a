#include "camera/stream/libav/v4l2_controls.hpp"

#include <linux/videodev2.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>

namespace sightglass::camera::stream {

namespace {

using core::Result;

// V4L2_CID_EXPOSURE_ABSOLUTE counts 100 µs (the kernel's documentation of camera controls).
constexpr double exposures_per_ms = 10;

std::optional<v4l2_queryctrl> query(const ControlCall& call, std::uint32_t id) {
  v4l2_queryctrl control{};
  control.id = id;
  if (call(VIDIOC_QUERYCTRL, &control) != 0 || (control.flags & V4L2_CTRL_FLAG_DISABLED) != 0) return std::nullopt;
  if (control.minimum > control.maximum) return std::nullopt;
  return control;
}

std::optional<Range> range_of(const ControlCall& call, std::uint32_t id, double units) {
  const auto control = query(call, id);
  if (!control) return std::nullopt;
  return Range{control->minimum / units, control->maximum / units, std::max(control->step, 0) / units};
}

std::int32_t rounded(const v4l2_queryctrl& control, double value) {
  const double step = std::max(control.step, 1);
  const double steps = std::round((value - control.minimum) / step);
  return static_cast<std::int32_t>(std::clamp(control.minimum + steps * step, static_cast<double>(control.minimum),
                                              static_cast<double>(control.maximum)));
}

}  // namespace

std::string V4l2Controls::model() const {
  v4l2_capability facts{};
  if (call_(VIDIOC_QUERYCAP, &facts) != 0) return {};
  const auto* card = reinterpret_cast<const char*>(facts.card);
  return {card, ::strnlen(card, sizeof facts.card)};
}

std::optional<Range> V4l2Controls::exposure_ms() const {
  return range_of(call_, V4L2_CID_EXPOSURE_ABSOLUTE, exposures_per_ms);
}
std::optional<Range> V4l2Controls::gain() const { return range_of(call_, V4L2_CID_GAIN, 1); }
bool V4l2Controls::has_auto_exposure() const { return query(call_, V4L2_CID_EXPOSURE_AUTO).has_value(); }

std::optional<std::int32_t> V4l2Controls::value_of(std::uint32_t id) const {
  v4l2_control control{.id = id, .value = 0};
  if (!query(call_, id) || call_(VIDIOC_G_CTRL, &control) != 0) return std::nullopt;
  return control.value;
}

Settings V4l2Controls::settings() const {
  Settings settings;
  if (const auto value = value_of(V4L2_CID_EXPOSURE_ABSOLUTE)) settings.exposure_ms = *value / exposures_per_ms;
  if (const auto value = value_of(V4L2_CID_GAIN)) settings.gain = *value;
  if (const auto value = value_of(V4L2_CID_EXPOSURE_AUTO)) settings.auto_exposure = *value != V4L2_EXPOSURE_MANUAL;
  return settings;
}

Result<void> V4l2Controls::set(const char* field, std::uint32_t id, std::int32_t value) {
  v4l2_control control{.id = id, .value = value};
  if (call_(VIDIOC_S_CTRL, &control) == 0) return {};
  const int failure = errno;
  if (failure == ENODEV) return core::fail(core::unavailable("the camera is gone"));
  return core::fail(core::invalid_input(field, "The camera refuses this value"));
}

Result<void> V4l2Controls::set_exposure_ms(double value) {
  const auto control = query(call_, V4L2_CID_EXPOSURE_ABSOLUTE);
  if (!control) return core::fail(core::invalid_input("exposure_ms", "This camera cannot be told that"));
  if (has_auto_exposure()) SG_TRY(set_auto_exposure(false));
  return set("exposure_ms", V4L2_CID_EXPOSURE_ABSOLUTE, rounded(*control, value * exposures_per_ms));
}

Result<void> V4l2Controls::set_gain(double value) {
  const auto control = query(call_, V4L2_CID_GAIN);
  if (!control) return core::fail(core::invalid_input("gain", "This camera cannot be told that"));
  return set("gain", V4L2_CID_GAIN, rounded(*control, value));
}

// Webcams of the UVC class know automatic exposure as "aperture priority": their aperture does not move.
Result<void> V4l2Controls::set_auto_exposure(bool value) {
  if (!value) return set("auto_exposure", V4L2_CID_EXPOSURE_AUTO, V4L2_EXPOSURE_MANUAL);
  if (set("auto_exposure", V4L2_CID_EXPOSURE_AUTO, V4L2_EXPOSURE_APERTURE_PRIORITY)) return {};
  return set("auto_exposure", V4L2_CID_EXPOSURE_AUTO, V4L2_EXPOSURE_AUTO);
}

}  // namespace sightglass::camera::stream
