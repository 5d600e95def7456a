#include "camera/simulated/simulated_device.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "camera/settings.hpp"
#include "camera/simulated/chance.hpp"

namespace sightglass::camera {
namespace {

using Seconds = std::chrono::duration<double>;
using Milliseconds = std::chrono::duration<double, std::milli>;

// Of all rows of 1,024; that much is needed for fewer in proportion.
constexpr Milliseconds readout{4};
constexpr std::size_t buffers = 16;
constexpr Range exposures{0.02, 2'000, 0.01};
constexpr Range gains{0, 24, 0.1};
constexpr Range black_levels{0, 255, 1};
constexpr Range frame_rates{0.1, 200, 0};
enum Purpose : std::uint8_t { for_loss = 11, for_incompleteness = 12 };

std::unexpected<core::Error> refuse(std::string message) {
  return core::fail(core::ErrorCode::conflict, std::move(message));
}

}  // namespace

SimulatedDevice::SimulatedDevice(SimulatedWish wish, std::string address, std::unique_ptr<Scene> scene)
    : wish_(std::move(wish)),
      address_(std::move(address)),
      scene_(std::move(scene)),
      sensor_(wish_.seed, wish_.noise),
      in_force_(factory_values()),
      lost_(wish_.lost),
      incomplete_(wish_.incomplete) {}

core::Error SimulatedDevice::gone() const {
  return core::unavailable(fmt::format("The simulated camera {} does not answer.", address_));
}

bool SimulatedDevice::is_gone() const {
  return is_unplugged_ || (gone_since_ && Clock::now() < *gone_since_ + Seconds(wish_.back_after));
}

core::Result<void> SimulatedDevice::present() {
  if (!is_open_) return refuse("The camera is not open.");
  if (is_unplugged_ && !gone_since_)
    gone_since_ = Clock::now() - std::chrono::duration_cast<Clock::duration>(Seconds(wish_.back_after));
  // Also when it is back: power has been away, and it must be opened again.
  if (gone_since_) return core::fail(gone());
  return {};
}

core::Result<Identity> SimulatedDevice::open(std::chrono::milliseconds /*patience*/) {
  if (is_open_) return refuse("The camera is open already.");
  if (!first_opening_) first_opening_ = Clock::now();
  if (is_gone()) return core::fail(gone());
  if (is_taken_ || Clock::now() < *first_opening_ + Seconds(wish_.busy_for)) {
    return core::fail(core::unavailable("Another program holds control of the camera."));
  }
  gone_since_.reset();
  is_open_ = true;
  opened_at_number_ = number_;
  in_force_ = factory_values();
  counters_ = {};
  return Identity{.vendor = "Sightglass",
                  .model = fmt::format("Simulated {}", name_of(wish_.scene)),
                  .serial = fmt::format("SIM-{:08x}", mixed(std::hash<std::string>{}(address_)) & 0xffffffffU),
                  .firmware = "1",
                  .address = address_,
                  .is_simulated = true};
}

void SimulatedDevice::close() {
  is_streaming_ = false;
  is_open_ = false;
}

SimulatedDevice::Values SimulatedDevice::factory_values() const {
  Values values;
  values.region = {0, 0, scene_->size().width, scene_->size().height};
  return values;
}

Settings SimulatedDevice::Values::settings() const {
  return {.exposure_ms = exposure_ms,
          .auto_exposure = {},
          .gain = gain,
          .black_level = black_level,
          .frame_rate = frame_rate,
          .region = region,
          .binning = binning,
          .format = format,
          .user_set = {}};
}

core::Result<Capabilities> SimulatedDevice::capabilities() {
  SG_TRY(present());
  using enum core::PixelFormat;
  return Capabilities{.sensor = scene_->size(),
                      .exposure_ms = exposures,
                      .gain = gains,
                      .black_level = black_levels,
                      .frame_rate = frame_rates,
                      .region_step = 4,
                      .least_region = {64, 64},
                      .binnings = {1, 2, 4},
                      .formats = {mono8, mono10, mono12, mono16, rgb8, bgr8, bayer_gr8, bayer_rg8, bayer_gb8, bayer_bg8,
                                  bayer_gr12, bayer_rg12, bayer_gb12, bayer_bg12},
                      .trigger_lines = {"Line0"},
                      .has_software_trigger = true,
                      .has_auto_exposure = false,
                      .user_sets = {"Default"}};
}

core::Result<Settings> SimulatedDevice::configure(const Settings& settings) {
  SG_ASSIGN(const Capabilities able, capabilities());
  SG_TRY(check_settings(settings, able));
  if (is_streaming_ && needs_stopped_stream(settings)) {
    return refuse("While frames come neither their size nor their format can change.");
  }
  if (is_streaming_) begin_exposures(Clock::now());  // what has begun has begun with what was in force
  Values values = settings.user_set ? factory_values() : in_force_;
  values.exposure_ms = rounded_to(exposures, settings.exposure_ms.value_or(values.exposure_ms));
  values.gain = rounded_to(gains, settings.gain.value_or(values.gain));
  values.black_level = rounded_to(black_levels, settings.black_level.value_or(values.black_level));
  values.frame_rate = rounded_to(frame_rates, settings.frame_rate.value_or(values.frame_rate));
  values.region = rounded_to(able, settings.region.value_or(values.region));
  values.binning = settings.binning.value_or(values.binning);
  values.format = settings.format.value_or(values.format);
  in_force_ = values;
  return in_force_.settings();
}

core::Result<void> SimulatedDevice::start(const Trigger& trigger) {
  SG_ASSIGN(const Capabilities able, capabilities());
  if (is_streaming_) return refuse("Frames come already.");
  SG_TRY(check_trigger(trigger, able));
  trigger_ = trigger;
  is_streaming_ = true;
  counters_ = {};
  exposures_.clear();
  software_edges_.clear();
  last_own_trigger_ = busy_until_ = Clock::now();
  const std::lock_guard lock(mutex_);
  line_edges_.clear();
  return {};
}

core::Result<void> SimulatedDevice::stop() {
  SG_TRY(present());
  if (!is_streaming_) return refuse("No frames come.");
  is_streaming_ = false;
  return {};
}

core::Result<void> SimulatedDevice::check() { return present(); }

core::Result<void> SimulatedDevice::trigger_software() {
  SG_TRY(present());
  if (!is_streaming_ || trigger_.source != Trigger::Source::software)
    return refuse("It does not wait for a trigger by software.");
  software_edges_.push_back(Clock::now());
  return {};
}

core::Result<void> SimulatedDevice::set_output(const std::string& line, bool is_high) {
  SG_TRY(present());
  const std::lock_guard lock(mutex_);
  const auto found = outputs_.find(line);
  if (found == outputs_.end())
    return core::fail(core::invalid_input("line", "The simulated camera has the output lines Line1 and Line2 alone."));
  if (is_high && !found->second.is_high) ++found->second.rises;
  found->second.is_high = is_high;
  return {};
}

bool SimulatedDevice::is_high(const std::string& line) const {
  const std::lock_guard lock(mutex_);
  const auto found = outputs_.find(line);
  return found != outputs_.end() && found->second.is_high;
}

std::uint64_t SimulatedDevice::rises(const std::string& line) const {
  const std::lock_guard lock(mutex_);
  const auto found = outputs_.find(line);
  return found == outputs_.end() ? 0 : found->second.rises;
}

void SimulatedDevice::pulse_line() {
  {
    const std::lock_guard lock(mutex_);
    line_edges_.push_back(Clock::now());
  }
  pulsed_.notify_all();
}

SimulatedDevice::Fate SimulatedDevice::fate_of(std::uint64_t number) const {
  const std::uint64_t since_opening = number - opened_at_number_;
  if (since_opening <= wish_.lost_first) return Fate::lost;
  if (since_opening <= wish_.lost_first + wish_.incomplete_first) return Fate::incomplete;
  if (uniform(wish_.seed, number, for_loss) < lost_) return Fate::lost;
  if (uniform(wish_.seed, number, for_incompleteness) < incomplete_) return Fate::incomplete;
  return Fate::whole;
}

// Between two exposures that the camera begins by itself.
SimulatedDevice::Clock::duration SimulatedDevice::interval() const {
  Seconds wanted(trigger_.source == Trigger::Source::line ? 1 / wish_.line_rate : 1 / in_force_.frame_rate);
  if (trigger_.source == Trigger::Source::free_running) {
    wanted = std::max(wanted, Seconds(Milliseconds(in_force_.exposure_ms)));
  }
  return std::chrono::duration_cast<Clock::duration>(wanted);
}

std::optional<SimulatedDevice::Clock::time_point> SimulatedDevice::next_own_trigger() const {
  const bool is_free = trigger_.source == Trigger::Source::free_running;
  const bool has_line_rate = trigger_.source == Trigger::Source::line && wish_.line_rate > 0;
  return is_free || has_line_rate ? std::optional(last_own_trigger_ + interval()) : std::nullopt;
}

void SimulatedDevice::begin_exposures(Clock::time_point until) {
  while (const auto own = next_own_trigger()) {
    if (*own > until) break;
    last_own_trigger_ = *own;
    begin_exposure(*own);
  }
  std::deque<Clock::time_point> edges;
  edges.swap(software_edges_);
  if (trigger_.source == Trigger::Source::line) {
    const std::lock_guard lock(mutex_);
    edges.swap(line_edges_);
  }
  for (const auto edge : edges) begin_exposure(edge);
}

void SimulatedDevice::begin_exposure(Clock::time_point at) {
  at += std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double, std::micro>(trigger_.delay_us));
  ++number_;
  if (at < busy_until_ || fate_of(number_) == Fate::lost) {
    ++counters_.missed;
    return;
  }
  if (exposures_.size() >= buffers) {
    ++counters_.underruns;
    ++counters_.missed;
    return;
  }
  busy_until_ = at + std::chrono::duration_cast<Clock::duration>(Milliseconds(in_force_.exposure_ms));
  const double rows = static_cast<double>(in_force_.region.height) / 1024;
  exposures_.push_back({.number = number_,
                        .whole_at = busy_until_ + std::chrono::duration_cast<Clock::duration>(readout * rows),
                        .settings = in_force_.settings(),
                        .is_centred = wish_.motion == Motion::index || trigger_.source == Trigger::Source::line});
}

void SimulatedDevice::wait_until(Clock::time_point until) {
  std::unique_lock lock(mutex_);
  pulsed_.wait_until(lock, until, [this] { return trigger_.source == Trigger::Source::line && !line_edges_.empty(); });
}

core::Result<Frame> SimulatedDevice::next_frame(std::chrono::milliseconds patience) {
  const auto deadline = Clock::now() + patience;
  for (;;) {
    const auto now = Clock::now();
    SG_ASSIGN(std::optional<Frame> frame, frame_so_far(now));
    if (frame) return std::move(*frame);
    if (now >= deadline) return core::fail(core::ErrorCode::timeout, "No frame came in time.");
    auto until = deadline;
    if (!exposures_.empty()) until = std::min(until, exposures_.front().whole_at);
    if (const auto own = next_own_trigger()) until = std::min(until, *own);
    wait_until(until);
  }
}

// The frame that is whole by now, if there is one. One that is being exposed is drawn meanwhile.
core::Result<std::optional<Frame>> SimulatedDevice::frame_so_far(Clock::time_point now) {
  SG_TRY(present());
  if (!is_streaming_) return refuse("No frames come.");
  begin_exposures(now);
  if (wish_.gone_after && number_ - opened_at_number_ > *wish_.gone_after) {
    gone_since_ = now;
    return core::fail(gone());
  }
  if (exposures_.empty()) return std::nullopt;
  if (exposures_.front().whole_at <= now) {
    Exposure exposure = std::move(exposures_.front());
    exposures_.pop_front();
    return deliver(std::move(exposure));
  }
  if (!exposures_.front().image) SG_TRY(draw(exposures_.front()));
  return std::nullopt;
}

core::Result<void> SimulatedDevice::draw(Exposure& exposure) {
  SG_TRY(scene_->show(exposure.number, exposure.is_centred, light_));
  exposure.image = sensor_.expose(light_, exposure.settings, exposure.number);
  return {};
}

core::Result<Frame> SimulatedDevice::deliver(Exposure exposure) {
  if (fate_of(exposure.number) == Fate::incomplete) {
    ++counters_.failed;
    return core::fail(core::ErrorCode::corrupt_image, fmt::format("frame {} arrived in part.", exposure.number));
  }
  if (!exposure.image) SG_TRY(draw(exposure));
  Frame frame{.image = std::move(*exposure.image), .number = exposure.number};
  ++counters_.completed;
  frame.taken_at = std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now() -
                                                                           (Clock::now() - exposure.whole_at));
  frame.device_timestamp_ns = static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(exposure.whole_at.time_since_epoch()).count());
  frame.settings = exposure.settings;
  frame.counters = counters_;
  frame.is_simulated = true;
  return frame;
}

core::Result<std::unique_ptr<Device>> make_simulated_device(const std::string& address) {
  SG_ASSIGN(SimulatedWish wish, parse_simulated_address(address));
  SG_ASSIGN(auto scene, make_scene(wish));
  return std::make_unique<SimulatedDevice>(std::move(wish), address, std::move(scene));
}

}  // namespace sightglass::camera
