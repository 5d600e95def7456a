#include "camera/settings.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace sightglass::camera {
namespace {

template <typename T>
bool contains(const std::vector<T>& values, const T& value) {
  return std::ranges::find(values, value) != values.end();
}

core::Result<void> check_range(std::string_view field, const std::optional<double>& value,
                               const std::optional<Range>& range) {
  if (!value) return {};
  if (!range) return core::fail(core::invalid_input(std::string(field), fmt::format("This camera has no {}.", field)));
  // Written so that what is not a number is refused too.
  if (*value >= range->least && *value <= range->most) return {};
  return core::fail(
      core::invalid_input(std::string(field), fmt::format("{} must be {:.6g} to {:.6g} for this camera; it is {:.6g}.",
                                                          field, range->least, range->most, *value)));
}

core::Result<void> check_region(const Region& region, const Capabilities& capabilities) {
  const core::Size sensor = capabilities.sensor;
  const core::Size least = capabilities.least_region;
  const bool fits = region.x >= 0 && region.y >= 0 && region.width >= least.width && region.height >= least.height &&
                    region.width >= 1 && region.height >= 1 && region.width <= sensor.width - region.x &&
                    region.height <= sensor.height - region.y;
  if (fits) return {};
  return core::fail(core::invalid_input(
      "region", fmt::format("region must lie within {}×{} pixels and be at least {}×{}; it is {}×{} at {},{}.",
                            sensor.width, sensor.height, std::max(1, least.width), std::max(1, least.height),
                            region.width, region.height, region.x, region.y)));
}

core::Result<void> check_format(core::PixelFormat format, const Capabilities& capabilities) {
  if (contains(capabilities.formats, format)) return {};
  std::vector<std::string_view> names;
  for (const core::PixelFormat known : capabilities.formats) names.push_back(core::name_of(known));
  return core::fail(core::invalid_input("format", fmt::format("format must be one of {} for this camera; it is {}.",
                                                              fmt::join(names, ", "), core::name_of(format))));
}

core::Result<void> check_binning(std::int32_t binning, const Capabilities& capabilities) {
  if (contains(capabilities.binnings, binning)) return {};
  return core::fail(core::invalid_input("binning", fmt::format("binning must be one of {} for this camera; it is {}.",
                                                               fmt::join(capabilities.binnings, ", "), binning)));
}

core::Result<void> check_user_set(const std::string& name, const Capabilities& capabilities) {
  if (contains(capabilities.user_sets, name)) return {};
  return core::fail(core::invalid_input("user_set", capabilities.user_sets.empty()
                                                        ? std::string("This camera has no user sets.")
                                                        : fmt::format("user_set must be one of {} for this camera.",
                                                                      fmt::join(capabilities.user_sets, ", "))));
}

core::Result<void> check_choices(const Settings& settings, const Capabilities& capabilities) {
  if (settings.auto_exposure.value_or(false) && !capabilities.has_auto_exposure) {
    return core::fail(core::invalid_input("auto_exposure", "This camera has no automatic exposure."));
  }
  if (settings.region) SG_TRY(check_region(*settings.region, capabilities));
  if (settings.binning) SG_TRY(check_binning(*settings.binning, capabilities));
  if (settings.format) SG_TRY(check_format(*settings.format, capabilities));
  return settings.user_set ? check_user_set(*settings.user_set, capabilities) : core::Result<void>{};
}

template <typename T>
void lay_over(std::optional<T>& base, const std::optional<T>& wish) {
  if (wish) base = wish;
}

template <typename T>
std::optional<T> changed(const std::optional<T>& current, const std::optional<T>& wanted) {
  return wanted && wanted != current ? wanted : std::nullopt;
}

std::int32_t down_to(std::int32_t value, std::int32_t step) { return value - value % std::max(1, step); }

}  // namespace

core::Result<void> check_settings(const Settings& settings, const Capabilities& capabilities) {
  SG_TRY(check_range("exposure_ms", settings.exposure_ms, capabilities.exposure_ms));
  SG_TRY(check_range("gain", settings.gain, capabilities.gain));
  SG_TRY(check_range("black_level", settings.black_level, capabilities.black_level));
  SG_TRY(check_range("frame_rate", settings.frame_rate, capabilities.frame_rate));
  return check_choices(settings, capabilities);
}

core::Result<void> check_trigger(const Trigger& trigger, const Capabilities& capabilities) {
  constexpr double longest_delay_us = 10'000'000;
  if (!(trigger.delay_us >= 0 && trigger.delay_us <= longest_delay_us)) {
    return core::fail(core::invalid_input("delay_us", "delay_us must be 0 to 10000000."));
  }
  if (trigger.source == Trigger::Source::software && !capabilities.has_software_trigger) {
    return core::fail(core::invalid_input("source", "This camera cannot be triggered by software."));
  }
  if (trigger.source == Trigger::Source::line && !contains(capabilities.trigger_lines, trigger.line)) {
    return core::fail(core::invalid_input("line", capabilities.trigger_lines.empty()
                                                      ? std::string("This camera has no line that could trigger it.")
                                                      : fmt::format("line must be one of {} for this camera.",
                                                                    fmt::join(capabilities.trigger_lines, ", "))));
  }
  return {};
}

Settings merged(const Settings& base, const Settings& wish) {
  Settings result = base;
  if (wish.exposure_ms && result.auto_exposure) result.auto_exposure = false;
  lay_over(result.exposure_ms, wish.exposure_ms);
  lay_over(result.auto_exposure, wish.auto_exposure);
  // The time from before would switch it off again.
  if (result.auto_exposure.value_or(false)) result.exposure_ms.reset();
  lay_over(result.gain, wish.gain);
  lay_over(result.black_level, wish.black_level);
  lay_over(result.frame_rate, wish.frame_rate);
  lay_over(result.region, wish.region);
  lay_over(result.binning, wish.binning);
  lay_over(result.format, wish.format);
  lay_over(result.user_set, wish.user_set);
  return result;
}

Settings difference(const Settings& current, const Settings& wanted) {
  Settings result;
  if (!wanted.auto_exposure.value_or(false)) result.exposure_ms = changed(current.exposure_ms, wanted.exposure_ms);
  result.auto_exposure = changed(current.auto_exposure, wanted.auto_exposure);
  result.gain = changed(current.gain, wanted.gain);
  result.black_level = changed(current.black_level, wanted.black_level);
  result.frame_rate = changed(current.frame_rate, wanted.frame_rate);
  result.region = changed(current.region, wanted.region);
  result.binning = changed(current.binning, wanted.binning);
  result.format = changed(current.format, wanted.format);
  result.user_set = changed(current.user_set, wanted.user_set);
  return result;
}

bool is_empty(const Settings& settings) { return settings == Settings{}; }

bool needs_stopped_stream(const Settings& settings) {
  return settings.region || settings.binning || settings.format || settings.user_set;
}

double rounded_to(const Range& range, double value) {
  if (range.step > 0) {
    value = range.least + std::round((value - range.least) / range.step) * range.step;
    // The last step may end short of the range's end.
    if (value > range.most) value -= range.step;
  }
  return std::clamp(value, range.least, range.most);
}

Region rounded_to(const Capabilities& capabilities, const Region& region) {
  const std::int32_t step = capabilities.region_step;
  Region result{down_to(region.x, step), down_to(region.y, step), down_to(region.width, step),
                down_to(region.height, step)};
  result.width = std::max({result.width, capabilities.least_region.width, 1});
  result.height = std::max({result.height, capabilities.least_region.height, 1});
  return result;
}

}  // namespace sightglass::camera
