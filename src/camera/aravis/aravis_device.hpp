// The driver for GigE Vision and USB3 Vision.
#pragma once

#include <atomic>
#include <optional>
#include <string>

#include "camera/aravis/features.hpp"
#include "camera/aravis/vendor.hpp"
#include "camera/device.hpp"

namespace sightglass::camera {

class AravisDevice final : public Device {
 public:
  explicit AravisDevice(std::string address) : address_(std::move(address)) {}
  ~AravisDevice() override { close(); }
  AravisDevice(const AravisDevice&) = delete;
  AravisDevice& operator=(const AravisDevice&) = delete;

  // A camera that another program controls takes 2.5 s to say so, whatever `patience`; so does an address where nobody
  // is.
  core::Result<Identity> open(std::chrono::milliseconds patience) override;
  // 5 s when the camera is gone.
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

 private:
  // The names under which this camera has them; nullptr: not at all.
  struct Names {
    const char* exposure = nullptr;
    const char* gain = nullptr;
    const char* black_level = nullptr;
    const char* frame_rate = nullptr;
  };

  core::Result<Handle<ArvCamera>> connect() const;
  core::Result<void> present() const;
  core::Result<Capabilities> ask_capabilities() const;
  core::Result<void> ask_geometry(Capabilities& able) const;
  core::Result<void> ask_ranges(Capabilities& able) const;
  void ask_choices(Capabilities& able) const;
  core::Result<void> set_all(const Settings& settings);
  core::Result<void> load_user_set(const std::string& name);
  core::Result<void> set_exposure(const Settings& settings);
  core::Result<void> set_gain(double gain);
  core::Result<void> set_frame_rate(double rate);
  core::Result<void> set_format(core::PixelFormat format);
  core::Result<void> set_binning(std::int32_t binning);
  core::Result<void> set_region(const Region& region, std::int32_t binning);
  core::Result<Settings> in_force() const;
  core::Result<void> read_values(Settings& settings) const;
  core::Result<void> read_geometry(Settings& settings) const;
  core::Result<void> set_trigger(const Trigger& trigger);
  core::Result<void> set_edge(Edge edge);
  core::Result<void> set_delay(double microseconds);
  core::Result<void> prepare_output(const std::string& line);
  core::Result<void> make_stream();
  core::Result<Frame> take(ArvBuffer* buffer);
  void follow_number(std::uint64_t id);
  void count();

  std::string address_;
  Handle<ArvCamera> camera_;
  Handle<ArvStream> stream_;
  Features features_;
  Names names_;
  Capabilities able_;
  Settings settings_;
  std::string output_line_;  // the last one that set_output() prepared; empty: none since the camera was opened
  std::string user_output_;  // what drives it
  Counters counters_;
  std::uint64_t number_ = 0;              // of the last frame, without the wraps of its 16 bits
  std::optional<std::uint64_t> last_id_;  // as the camera numbered it
  bool is_software_triggered_ = false;
  std::atomic<bool> is_lost_ = false;  // set by Aravis' thread that keeps the connection alive
};

}  // namespace sightglass::camera
