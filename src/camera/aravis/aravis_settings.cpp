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
  Capabilities able;
  SG_TRY(ask_geometry(able));
  SG_TRY(ask_ranges(able));
  ask_choices(able);
  return able;
}

core::Result<void> AravisDevice::ask_geometry(Capabilities& able) const {
  Failure failure;
  gint width = 0;
  gint height = 0;
  arv_camera_get_sensor_size(camera_.get(), &width, &height, failure.out());
  SG_TRY(failure.result("reading the size of its sensor"));
  able.sensor = {width, height};
  for (const char* name : {"Width", "Height", "OffsetX", "OffsetY"}) {
    if (!features_.has(name)) continue;
    SG_ASSIGN(const Range range, features_.range(name));
    able.region_step = std::max(able.region_step, whole(range.step));
    if (name == std::string_view("Width")) able.least_region.width = whole(range.least);
    if (name == std::string_view("Height")) able.least_region.height = whole(range.least);
  }
  return {};
}

core::Result<void> AravisDevice::ask_ranges(Capabilities& able) const {
  const auto ask = [this](const char* name, std::optional<Range>& into) -> core::Result<void> {
    if (name == nullptr) return {};
    SG_ASSIGN(into, features_.range(name));
    return {};
  };
  SG_TRY(ask(names_.exposure, able.exposure_ms));
  if (able.exposure_ms) able.exposure_ms = in_milliseconds(*able.exposure_ms);
  SG_TRY(ask(names_.gain, able.gain));
  SG_TRY(ask(names_.black_level, able.black_level));
  return ask(names_.frame_rate, able.frame_rate);
}

void AravisDevice::ask_choices(Capabilities& able) const {
  // SFNC names no larger binning; of those that both ways have, the powers of two.
  double most = 16;
  for (const char* name : {"BinningHorizontal", "BinningVertical"}) {
    const auto range = features_.has(name) ? features_.range(name) : Range{1, 1, 1};
    most = std::min(most, range ? range->most : 1);
  }
  for (std::int32_t factor = 2; factor <= whole(most); factor *= 2) able.binnings.push_back(factor);
  const std::vector<std::string> formats = features_.choices("PixelFormat");
  const std::vector<std::string_view> names(formats.begin(), formats.end());
  for (auto format = core::PixelFormat::mono8; format <= core::PixelFormat::bayer_bg12;
       format = static_cast<core::PixelFormat>(static_cast<int>(format) + 1)) {
    if (!name_for(format, names).empty()) able.formats.push_back(format);
  }
  for (const std::string& source : features_.choices("TriggerSource")) {
    if (source.starts_with("Line")) able.trigger_lines.push_back(source);
    if (source == "Software") able.has_software_trigger = features_.has("TriggerSoftware");
  }
  able.has_auto_exposure = std::ranges::count(features_.choices("ExposureAuto"), "Continuous") > 0;
  able.user_sets = features_.choices("UserSetSelector");
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
  if (settings.user_set) SG_TRY(load_user_set(*settings.user_set));
  if (settings.format) SG_TRY(set_format(*settings.format));
  const std::int32_t binning = settings.binning.value_or(settings_.binning.value_or(1));
  if (settings.binning) SG_TRY(set_binning(binning));
  const std::optional<Region> region = settings.region || !settings.binning ? settings.region : settings_.region;
  if (region) SG_TRY(set_region(*region, binning));
  SG_TRY(set_exposure(settings));
  if (settings.gain) SG_TRY(set_gain(*settings.gain));
  SG_TRY(features_.set_number_if(names_.black_level, settings.black_level));
  return settings.frame_rate ? set_frame_rate(*settings.frame_rate) : core::Result<void>{};
}

core::Result<void> AravisDevice::load_user_set(const std::string& name) {
  output_line_.clear();  // what it set of the line may be undone
  SG_TRY(features_.set_text("UserSetSelector", name));
  return features_.execute("UserSetLoad");
}

core::Result<void> AravisDevice::set_exposure(const Settings& settings) {
  if (settings.auto_exposure && able_.has_auto_exposure) {
    SG_TRY(features_.set_text("ExposureAuto", *settings.auto_exposure ? "Continuous" : "Off"));
  }
  // A time beside automatic exposure is that of before.
  if (!settings.exposure_ms || settings.auto_exposure.value_or(false)) return {};
  SG_TRY(features_.set_text_if_there("ExposureAuto", "Off"));
  const double wanted = *settings.exposure_ms * microseconds;
  SG_ASSIGN(const Range bounds, features_.range(names_.exposure));
  // Many cameras expose no longer than the time between two frames.
  if (wanted > bounds.most) SG_TRY(features_.set_number_if(names_.frame_rate, 0.95 * 1e6 / wanted));
  return features_.set_number(names_.exposure, wanted);
}

core::Result<void> AravisDevice::set_gain(double gain) {
  SG_TRY(features_.set_text_if_there("GainAuto", "Off"));
  return features_.set_number(names_.gain, gain);
}

core::Result<void> AravisDevice::set_frame_rate(double rate) {
  if (features_.has("AcquisitionFrameRateEnable")) SG_TRY(features_.set_flag("AcquisitionFrameRateEnable", true));
  return features_.set_number(names_.frame_rate, rate);
}

core::Result<void> AravisDevice::set_format(core::PixelFormat format) {
  const std::vector<std::string> formats = features_.choices("PixelFormat");
  const std::vector<std::string_view> names(formats.begin(), formats.end());
  return features_.set_text("PixelFormat", std::string(name_for(format, names)));
}

core::Result<void> AravisDevice::set_binning(std::int32_t binning) {
  SG_TRY(features_.set_number_if("BinningHorizontal", binning));
  return features_.set_number_if("BinningVertical", binning);
}

// GenICam counts in pixels after binning, and lets no offset and size stand together that leave the sensor.
core::Result<void> AravisDevice::set_region(const Region& region, std::int32_t binning) {
  const Region binned =
      rounded_to(able_, {region.x / binning, region.y / binning, region.width / binning, region.height / binning});
  SG_TRY(features_.set_number_if("OffsetX", 0));
  SG_TRY(features_.set_number_if("OffsetY", 0));
  SG_TRY(features_.set_number("Width", binned.width));
  SG_TRY(features_.set_number("Height", binned.height));
  SG_TRY(features_.set_number_if("OffsetX", binned.x));
  return features_.set_number_if("OffsetY", binned.y);
}

core::Result<Settings> AravisDevice::in_force() const {
  Settings settings;
  SG_TRY(read_values(settings));
  SG_TRY(read_geometry(settings));
  if (able_.has_auto_exposure) {
    SG_ASSIGN(const std::string mode, features_.text("ExposureAuto"));
    settings.auto_exposure = mode != "Off";
  }
  SG_ASSIGN(const std::string format, features_.text("PixelFormat"));
  if (const auto layout = layout_of(std::string_view(format))) settings.format = layout->format;
  return settings;
}

core::Result<void> AravisDevice::read_values(Settings& settings) const {
  const auto read = [this](const char* name, std::optional<double>& into, double factor) -> core::Result<void> {
    if (name == nullptr) return {};
    SG_ASSIGN(const double value, features_.number(name));
    into = value / factor;
    return {};
  };
  SG_TRY(read(names_.exposure, settings.exposure_ms, microseconds));
  SG_TRY(read(names_.gain, settings.gain, 1));
  SG_TRY(read(names_.black_level, settings.black_level, 1));
  return read(names_.frame_rate, settings.frame_rate, 1);
}

core::Result<void> AravisDevice::read_geometry(Settings& settings) const {
  constexpr std::array names{"BinningHorizontal", "OffsetX", "OffsetY", "Width", "Height"};
  std::array<std::int32_t, names.size()> values{1};
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!features_.has(names.at(i))) continue;
    SG_ASSIGN(const double value, features_.number(names.at(i)));
    values.at(i) = whole(value);
  }
  const auto [binning, x, y, width, height] = values;
  settings.binning = binning;
  settings.region = Region{x * binning, y * binning, width * binning, height * binning};
  return {};
}

}  // namespace sightglass::camera
