// What is known of a camera, what it can be told, and what it gives.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/geometry.hpp"
#include "core/raw_image.hpp"
#include "core/time.hpp"

namespace sightglass::camera {

// docs/camera-states.md draws which follows which.
enum class State : std::uint8_t { disconnected, connecting, idle, armed, streaming, faulted };
std::string_view name_of(State state);
bool may_follow(State from, State to);

// How a camera is reached. Nothing is ever chosen for a person: a simulated camera is one that says so.
enum class Driver : std::uint8_t { aravis, stream, simulated };
std::string_view name_of(Driver driver);
std::optional<Driver> driver_from_name(std::string_view name);

struct Identity {
  std::string vendor{};
  std::string model{};
  std::string serial{};
  std::string firmware{};
  std::string address{};
  bool is_simulated = false;
};

struct Range {
  double least = 0;
  double most = 0;
  double step = 0;  // 0: any value between the two
};

// A part of the sensor, in pixels of the sensor before binning.
struct Region {
  std::int32_t x = 0;
  std::int32_t y = 0;
  std::int32_t width = 0;
  std::int32_t height = 0;
  friend bool operator==(const Region&, const Region&) = default;
};

// What can be set. Absent: this camera has no such feature.
struct Capabilities {
  core::Size sensor{};
  std::optional<Range> exposure_ms{};
  std::optional<Range> gain{};  // in the camera's own unit, mostly dB
  std::optional<Range> black_level{};
  std::optional<Range> frame_rate{};  // per second
  std::int32_t region_step = 1;       // pixels: what offsets and sizes are multiples of
  core::Size least_region{};
  std::vector<std::int32_t> binnings{1};  // the same across and down
  std::vector<core::PixelFormat> formats{};
  std::vector<std::string> trigger_lines{};  // "Line0", …
  bool has_software_trigger = false;
  bool has_auto_exposure = false;
  std::vector<std::string> user_sets{};
};

// Absent: left as it is.
struct Settings {
  std::optional<double> exposure_ms{};
  std::optional<bool> auto_exposure{};
  std::optional<double> gain{};
  std::optional<double> black_level{};
  std::optional<double> frame_rate{};
  std::optional<Region> region{};
  std::optional<std::int32_t> binning{};
  std::optional<core::PixelFormat> format{};
  std::optional<std::string> user_set{};  // loaded before the rest is set
  friend bool operator==(const Settings&, const Settings&) = default;
};

enum class Edge : std::uint8_t { rising, falling };

// How frames are started.
struct Trigger {
  enum class Source : std::uint8_t { free_running, software, line };
  Source source = Source::free_running;
  std::string line{};  // "Line0", of Source::line
  Edge edge = Edge::rising;
  double delay_us = 0;
  friend bool operator==(const Trigger&, const Trigger&) = default;
};

// Since the stream was started, as the driver counts.
struct Counters {
  std::uint64_t completed = 0;
  std::uint64_t failed = 0;     // incomplete, or not understood
  std::uint64_t underruns = 0;  // no buffer was free
  std::uint64_t missed = 0;     // by gaps in the frames' numbers
  std::uint64_t resent_packets = 0;
};

// One whole picture with what belongs to it. Immutable once shared.
struct Frame {
  core::RawImage image{};
  std::uint64_t number = 0;                            // the device's, rising; gaps are frames that were lost
  core::Instant taken_at{};                            // this machine's clock when it came: whole, or its first packet
  std::optional<std::uint64_t> device_timestamp_ns{};  // the device's clock
  Settings settings{};                                 // as they were in force: all that the camera has are present
  Counters counters{};
  bool is_simulated = false;
};

}  // namespace sightglass::camera
