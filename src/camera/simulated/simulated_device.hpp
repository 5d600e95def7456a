// A camera that is not there: scenes or a folder's pictures through a sensor with times, triggers and faults.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "camera/device.hpp"
#include "camera/simulated/address.hpp"
#include "camera/simulated/scene.hpp"
#include "camera/simulated/sensor.hpp"

namespace sightglass::camera {

// What it shows depends on its seed and the frame's number alone; when, on the clock. What stands under "at will" may
// be called from any thread.
class SimulatedDevice final : public Device {
 public:
  SimulatedDevice(SimulatedWish wish, std::string address, std::unique_ptr<Scene> scene);

  core::Result<Identity> open(std::chrono::milliseconds patience) override;
  void close() override;
  core::Result<Capabilities> capabilities() override;
  core::Result<Settings> configure(const Settings& settings) override;
  core::Result<void> start(const Trigger& trigger) override;
  core::Result<void> stop() override;
  core::Result<void> trigger_software() override;
  core::Result<void> set_output(const std::string& line, bool is_high) override;
  core::Result<Frame> next_frame(std::chrono::milliseconds patience) override;
  Counters counters() const override { return counters_; }
  core::Result<void> check() override;

  // At will: an edge on Line0, now.
  void pulse_line();
  // What it was told of its outputs Line1 and Line2; low at first.
  bool is_high(const std::string& line) const;
  std::uint64_t rises(const std::string& line) const;  // how often it went high
  void set_gone(bool is_gone) { is_unplugged_ = is_gone; }
  void set_busy(bool is_busy) { is_taken_ = is_busy; }  // somebody else holds control, so that it cannot be opened
  void set_lost(double share) { lost_ = share; }
  void set_incomplete(double share) { incomplete_ = share; }

 private:
  using Clock = std::chrono::steady_clock;
  // Settings of which none is absent.
  struct Values {
    double exposure_ms = reference_exposure_ms;
    double gain = 0;
    double black_level = 0;
    double frame_rate = 20;
    Region region{};
    std::int32_t binning = 1;
    core::PixelFormat format = core::PixelFormat::mono8;
    Settings settings() const;
  };
  struct Exposure {
    std::uint64_t number = 0;
    Clock::time_point whole_at{};
    Settings settings{};
    bool is_centred = false;
    std::optional<core::RawImage> image{};  // drawn while it is exposed
  };
  enum class Fate : std::uint8_t { whole, incomplete, lost };

  core::Error gone() const;
  bool is_gone() const;
  core::Result<void> present();
  Values factory_values() const;
  Fate fate_of(std::uint64_t number) const;
  void begin_exposures(Clock::time_point until);
  void begin_exposure(Clock::time_point at);
  std::optional<Clock::time_point> next_own_trigger() const;
  Clock::duration interval() const;
  core::Result<std::optional<Frame>> frame_so_far(Clock::time_point now);
  void wait_until(Clock::time_point until);
  core::Result<void> draw(Exposure& exposure);
  core::Result<Frame> deliver(Exposure exposure);

  SimulatedWish wish_;
  std::string address_;
  std::unique_ptr<Scene> scene_;
  Sensor sensor_;
  Light light_;
  Values in_force_;
  Counters counters_;
  Trigger trigger_;
  bool is_streaming_ = false;
  bool is_open_ = false;
  std::uint64_t number_ = 0;  // of the last exposure since this camera was made
  std::uint64_t opened_at_number_ = 0;
  std::optional<Clock::time_point> gone_since_;
  std::optional<Clock::time_point> first_opening_;
  Clock::time_point last_own_trigger_{};
  Clock::time_point busy_until_{};
  std::deque<Exposure> exposures_;  // in the camera, on the way, and in buffers
  std::deque<Clock::time_point> software_edges_;

  std::atomic<bool> is_unplugged_ = false;
  std::atomic<bool> is_taken_ = false;
  std::atomic<double> lost_;
  std::atomic<double> incomplete_;
  struct Output {
    bool is_high = false;
    std::uint64_t rises = 0;
  };
  mutable std::mutex mutex_;  // of the edges and outputs alone
  std::map<std::string, Output> outputs_{{"Line1", {}}, {"Line2", {}}};
  std::condition_variable pulsed_;
  std::deque<Clock::time_point> line_edges_;
};

core::Result<std::unique_ptr<Device>> make_simulated_device(const std::string& address);

}  // namespace sightglass::camera
