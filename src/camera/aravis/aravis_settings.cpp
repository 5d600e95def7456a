#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "camera/aravis/aravis_device.hpp"
#include "camera/aravis/pixel_layouts.hpp"
#include "camera/settings.hpp"

namespace sightglass::camera {
namespace {

constexpr double microseconds = 1'000;  // in a millisecond

std::int32_t whole(double value) { return static_cast<std::int32_t>(std::llround(value)); }

std::optional<Range> in_milliseconds(const Range& range) {
  return Range{range.least / microseconds, range.most / microseconds, range.step / microseconds};
}

}  // namespace

core::Result<Capabilities> AravisDevice::ask_capabilities() const {
  const Features& features = *features_;
  Capabilities able;
  Failure failure;
  gint width = 0;
  gint height = 0;
  arv_camera_get_sensor_size(camera_.get(), &width, &height, failure.out());
  SG_TRY(failure.result("reading the size of its sensor"));
  able.sensor = {width, height};
  SG_ASSIGN(const Range across, features.range("Width"));
  SG_ASSIGN(const Range down, features.range("Height"));
  able.least_region = {whole(across.least), whole(down.least)};
  able.region_step = std::max({1, whole(across.step), whole(down.step)});
  for (const char* offset : {"OffsetX", "OffsetY"}) {
    if (!features.has(offset)) continue;
    SG_ASSIGN(const Range range, features.range(offset));
    able.region_step = std::max(able.region_step, whole(range.step));
  }
  SG_TRY(ask_optional(able));
  const std::vector<std::string> formats = features.choices("PixelFormat");
  const std::vector<std::string_view> names(formats.begin(), formats.end());
  for (auto format = core::PixelFormat::mono8; format <= core::PixelFormat::bayer_bg12;
       format = static_cast<core::PixelFormat>(static_cast<int>(format) + 1)) {
    if (!name_for(format, names).empty()) able.formats.push_back(format);
  }
  for (const std::string& source : features.choices("TriggerSource")) {
    if (source.starts_with("Line")) able.trigger_lines.push_back(source);
    if (source == "Software") able.has_software_trigger = features.has("TriggerSoftware");
  }
  able.has_auto_exposure = std::ranges::count(features.choices("ExposureAuto"), "Continuous") > 0;
  able.user_sets = features.choices("UserSetSelector");
  return able;
}

core::Result<void> AravisDevice::ask_optional(Capabilities& able) const {
  const Features& features = *features_;
  if (names_.exposure != nullptr) {
    SG_ASSIGN(const Range range, features.range(names_.exposure));
    able.exposure_ms = in_milliseconds(range);
  }
  const auto ask = [&](const char* name, std::optional<Range>& range) -> core::Result<void> {
    if (name == nullptr) return {};
    SG_ASSIGN(range, features.range(name));
    return {};
  };
  SG_TRY(ask(names_.gain, able.gain));
  SG_TRY(ask(names_.black_level, able.black_level));
  SG_TRY(ask(names_.frame_rate, able.frame_rate));
  if (features.has("BinningHorizontal") && features.has("BinningVertical")) {
    SG_ASSIGN(const Range across, features.range("BinningHorizontal"));
    SG_ASSIGN(const Range down, features.range("BinningVertical"));
    constexpr std::int32_t most = 16;  // SFNC names no more
    for (std::int32_t factor = 2; factor <= std::min({whole(across.most), whole(down.most), most}); factor *= 2) {
      able.binnings.push_back(factor);
    }
  }
  return {};
}

core::Result<Settings> AravisDevice::configure(const Settings& settings) {
  SG_TRY(present());
  SG_TRY(check_settings(settings, able_));
  if (stream_ && needs_stopped_stream(settings)) {
    return core::fail(core::ErrorCode::conflict, "While frames come neither their size nor their format can change.");
  }
  SG_TRY(set_all(settings));
  SG_ASSIGN(settings_, in_force());
  return settings_;
}

core::Result<void> AravisDevice::set_all(const Settings& settings) {
  const Features& features = *features_;
  if (settings.user_set) {
    SG_TRY(features.set_text("UserSetSelector", *settings.user_set));
    SG_TRY(features.execute("UserSetLoad"));
  }
  if (settings.format) SG_TRY(set_format(*settings.format));
  SG_TRY(set_geometry(settings));
  if (settings.auto_exposure && able_.has_auto_exposure) {
    SG_TRY(features.set_text("ExposureAuto", *settings.auto_exposure ? "Continuous" : "Off"));
  }
  if (settings.exposure_ms) SG_TRY(set_exposure(*settings.exposure_ms));
  if (settings.gain) {
    if (features.has("GainAuto")) SG_TRY(features.set_text("GainAuto", "Off"));
    SG_TRY(features.set_number(names_.gain, *settings.gain));
  }
  if (settings.black_level) SG_TRY(features.set_number(names_.black_level, *settings.black_level));
  if (settings.frame_rate) {
    if (features.has("AcquisitionFrameRateEnable")) SG_TRY(features.set_flag("AcquisitionFrameRateEnable", true));
    SG_TRY(features.set_number(names_.frame_rate, *settings.frame_rate));
  }
  return {};
}

core::Result<void> AravisDevice::set_exposure(double milliseconds) {
  const Features& features = *features_;
  if (features.has("ExposureAuto")) SG_TRY(features.set_text("ExposureAuto", "Off"));
  SG_ASSIGN(const Range bounds, features.range(names_.exposure));
  // Many cameras expose no longer than the time between two frames.
  if (milliseconds * microseconds > bounds.most && names_.frame_rate != nullptr) {
    SG_TRY(features.set_number(names_.frame_rate, 0.95 * 1'000 / milliseconds));
  }
  return features.set_number(names_.exposure, milliseconds * microseconds);
}

core::Result<void> AravisDevice::set_format(core::PixelFormat format) {
  const std::vector<std::string> formats = features_->choices("PixelFormat");
  const std::vector<std::string_view> names(formats.begin(), formats.end());
  return features_->set_text("PixelFormat", std::string(name_for(format, names)));
}

// GenICam counts in pixels after binning, and lets no offset and size stand together that leave the sensor.
core::Result<void> AravisDevice::set_geometry(const Settings& settings) {
  if (!settings.region && !settings.binning) return {};
  const Features& features = *features_;
  Region region = settings.region.value_or(*settings_.region);
  const bool has_offset = features.has("OffsetX") && features.has("OffsetY");
  if (has_offset) {
    SG_TRY(features.set_number("OffsetX", 0));
    SG_TRY(features.set_number("OffsetY", 0));
  }
  if (settings.binning && able_.binnings.size() > 1) {
    SG_TRY(features.set_number("BinningHorizontal", *settings.binning));
    SG_TRY(features.set_number("BinningVertical", *settings.binning));
  }
  const std::int32_t binning = settings.binning.value_or(settings_.binning.value_or(1));
  region = rounded_to(able_, {region.x / binning, region.y / binning, region.width / binning, region.height / binning});
  SG_TRY(features.set_number("Width", region.width));
  SG_TRY(features.set_number("Height", region.height));
  if (has_offset) {
    SG_TRY(features.set_number("OffsetX", region.x));
    SG_TRY(features.set_number("OffsetY", region.y));
  }
  return {};
}

core::Result<Settings> AravisDevice::in_force() const {
  const Features& features = *features_;
  Settings settings;
  const auto read = [&](const char* name, std::optional<double>& into, double factor) -> core::Result<void> {
    if (name == nullptr) return {};
    SG_ASSIGN(const double value, features.number(name));
    into = value / factor;
    return {};
  };
  SG_TRY(read(names_.exposure, settings.exposure_ms, microseconds));
  SG_TRY(read(names_.gain, settings.gain, 1));
  SG_TRY(read(names_.black_level, settings.black_level, 1));
  SG_TRY(read(names_.frame_rate, settings.frame_rate, 1));
  if (able_.has_auto_exposure) {
    SG_ASSIGN(const std::string mode, features.text("ExposureAuto"));
    settings.auto_exposure = mode != "Off";
  }
  settings.binning = 1;
  if (able_.binnings.size() > 1) {
    SG_ASSIGN(const double binning, features.number("BinningHorizontal"));
    settings.binning = whole(binning);
  }
  std::array<std::int32_t, 4> place{};
  constexpr std::array names{"OffsetX", "OffsetY", "Width", "Height"};
  for (std::size_t i = 0; i < place.size(); ++i) {
    if (!features.has(names.at(i))) continue;
    SG_ASSIGN(const double value, features.number(names.at(i)));
    place.at(i) = whole(value) * *settings.binning;
  }
  settings.region = Region{place[0], place[1], place[2], place[3]};
  SG_ASSIGN(const std::string format, features.text("PixelFormat"));
  if (const auto layout = layout_of(std::string_view(format))) settings.format = layout->format;
  return settings;
}

}  // namespace sightglass::camera
