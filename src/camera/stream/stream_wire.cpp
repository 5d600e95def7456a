#include "camera/stream/stream_wire.hpp"

#include <fmt/format.h>

#include <cmath>
#include <memory>
#include <optional>
#include <utility>

namespace sightglass::camera::stream::wire {

namespace {

using core::Result;

template <std::size_t capacity>
bool fits(const Text<capacity>& text) {
  return text.length <= capacity;
}

bool is_flag(std::uint32_t value) { return value <= 1; }

bool is_plausible(const Span& span) {
  return is_flag(span.is_there) && std::isfinite(span.least) && std::isfinite(span.most) && std::isfinite(span.step) &&
         span.least <= span.most && span.step >= 0;
}

bool is_plausible(const Wishes& wishes) {
  return is_flag(wishes.has_exposure) && is_flag(wishes.has_auto_exposure) && is_flag(wishes.has_gain) &&
         is_flag(wishes.auto_exposure) && std::isfinite(wishes.exposure_ms) && std::isfinite(wishes.gain);
}

bool is_streamed(std::uint32_t format) {
  return format == static_cast<std::uint32_t>(core::PixelFormat::mono8) ||
         format == static_cast<std::uint32_t>(core::PixelFormat::rgb8);
}

bool is_picture(const Answer& answer) {
  return answer.width >= 1 && answer.width <= most_side && answer.height >= 1 && answer.height <= most_side &&
         is_streamed(answer.format);
}

std::int64_t frame_bytes(const Answer& answer) {
  return std::int64_t{answer.width} * answer.height *
         core::bytes_per_pixel(static_cast<core::PixelFormat>(answer.format));
}

// A frame has all its pixels, everything else none.
bool has_its_pixels(const Answer& answer, Verb verb) {
  if (verb != Verb::next_frame || answer.is_error == 1) return answer.pixel_bytes == 0;
  return is_picture(answer) && answer.pixel_bytes <= most_pixel_bytes &&
         std::cmp_equal(answer.pixel_bytes, frame_bytes(answer));
}

// From 1970 to the end of 9999.
bool is_time(std::int64_t micros) { return micros >= 0 && micros <= 253'402'300'799'999'999; }

std::optional<Range> range_of(const Span& span) {
  if (span.is_there == 0) return std::nullopt;
  return Range{span.least, span.most, span.step};
}

Result<double> within(const char* field, double value, const std::optional<Range>& range) {
  if (!range) return core::fail(core::invalid_input(field, "This camera cannot be told that"));
  if (value >= range->least && value <= range->most) return value;
  return core::fail(core::invalid_input(
      field, fmt::format("{} is outside of {} to {}, what this camera can", value, range->least, range->most)));
}

Result<void> check_absent(const Settings& settings, const Capabilities& can) {
  const auto refused = [](const char* field) {
    return core::fail(core::invalid_input(field, "A stream comes as its camera sends it: this cannot be set"));
  };
  if (settings.black_level) return refused("black_level");
  if (settings.frame_rate) return refused("frame_rate");
  if (settings.user_set) return refused("user_set");
  if (settings.binning && *settings.binning != 1) return refused("binning");
  if (settings.region && *settings.region != Region{0, 0, can.sensor.width, can.sensor.height})
    return refused("region");
  if (settings.format && (can.formats.empty() || *settings.format != can.formats.front())) return refused("format");
  return {};
}

}  // namespace

bool is_plausible(const Answer& answer, Verb verb) {
  const bool has_texts =
      fits(answer.field) && fits(answer.message) && fits(answer.vendor) && fits(answer.model) && fits(answer.sandbox);
  const bool has_flags = is_flag(answer.is_error) && is_flag(answer.has_auto_exposure) && is_flag(answer.has_timestamp);
  if (answer.magic != magic || answer.verb != verb || !has_texts || !has_flags) return false;
  if (answer.error > static_cast<std::uint32_t>(core::ErrorCode::internal)) return false;
  if (!is_plausible(answer.exposure_ms) || !is_plausible(answer.gain) || !is_plausible(answer.settings)) return false;
  if (verb == Verb::open && answer.is_error == 0 && !is_picture(answer)) return false;
  return is_time(answer.taken_at_micros) && has_its_pixels(answer, verb);
}

core::Error error_of(const Answer& answer) {
  return {.code = static_cast<core::ErrorCode>(answer.error),
          .message = std::string(words_of(answer.message)),
          .field = std::string(words_of(answer.field))};
}

Capabilities capabilities_of(const Answer& answer) {
  return {.sensor = {answer.width, answer.height},
          .exposure_ms = range_of(answer.exposure_ms),
          .gain = range_of(answer.gain),
          .least_region = {answer.width, answer.height},
          .formats = {static_cast<core::PixelFormat>(answer.format)},
          .has_auto_exposure = answer.has_auto_exposure == 1};
}

Settings settings_of(const Answer& answer) {
  Settings settings;
  const auto& said = answer.settings;
  if (said.has_exposure == 1) settings.exposure_ms = said.exposure_ms;
  if (said.has_gain == 1) settings.gain = said.gain;
  if (said.has_auto_exposure == 1) settings.auto_exposure = said.auto_exposure == 1;
  return settings;
}

Frame frame_of(const Answer& answer, std::vector<std::uint8_t> pixels) {
  const auto format = static_cast<core::PixelFormat>(answer.format);
  Frame frame;
  frame.image = {.size = {answer.width, answer.height},
                 .format = format,
                 .stride = answer.width * core::bytes_per_pixel(format),
                 // Viewers, encoders and the journal look at one frame.
                 .bytes = std::make_shared<const std::vector<std::uint8_t>>(std::move(pixels))};
  frame.number = answer.number;
  frame.taken_at = core::from_micros(answer.taken_at_micros);
  if (answer.has_timestamp == 1) frame.device_timestamp_ns = answer.timestamp_ns;
  frame.settings = settings_of(answer);
  frame.settings.format = format;
  frame.counters = {.completed = answer.completed, .failed = answer.failed, .underruns = answer.underruns};
  return frame;
}

Answer error_answer(Verb verb, const core::Error& error) {
  Answer answer{.verb = verb, .is_error = 1, .error = static_cast<std::uint32_t>(error.code)};
  write_text(answer.field, error.field);
  write_text(answer.message, error.message);
  return answer;
}

Result<Wishes> wishes_of(const Settings& settings, const Capabilities& can) {
  SG_TRY(check_absent(settings, can));
  Wishes wishes;
  if (settings.exposure_ms) {
    SG_ASSIGN(wishes.exposure_ms, within("exposure_ms", *settings.exposure_ms, can.exposure_ms));
    wishes.has_exposure = 1;
  }
  if (settings.gain) {
    SG_ASSIGN(wishes.gain, within("gain", *settings.gain, can.gain));
    wishes.has_gain = 1;
  }
  if (settings.auto_exposure) {
    if (!can.has_auto_exposure)
      return core::fail(core::invalid_input("auto_exposure", "This camera cannot be told that"));
    wishes.has_auto_exposure = 1;
    wishes.auto_exposure = *settings.auto_exposure ? 1 : 0;
  }
  return wishes;
}

}  // namespace sightglass::camera::stream::wire
