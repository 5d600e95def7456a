// The seam to a camera's driver: blocking verbs that one thread alone calls, the camera's owner (camera/camera.hpp).
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "camera/types.hpp"
#include "core/result.hpp"

namespace sightglass::camera {

// Errors of all verbs: unavailable when the device is gone, refuses control because somebody else holds it, or never
// was there (naming which); invalid_input for a value outside its range, naming field and range; conflict for a verb
// that its state does not allow; timeout.
class Device {
 public:
  virtual ~Device() = default;
  // Takes control of the device; what it says of itself. At most `patience` and a little.
  virtual core::Result<Identity> open(std::chrono::milliseconds patience) = 0;
  // Gives it back, whatever state it is in, and even when it is gone. Does not fail.
  virtual void close() = 0;
  virtual core::Result<Capabilities> capabilities() = 0;
  // Sets what is present, rounded to what the device can; answers with all that is in force then. While frames come,
  // only exposure, gain, black level and frame rate can be set: conflict for the others.
  virtual core::Result<Settings> configure(const Settings& settings) = 0;
  virtual core::Result<void> start(const Trigger& trigger) = 0;
  virtual core::Result<void> stop() = 0;
  virtual core::Result<void> trigger_software() = 0;
  // Raises or lowers an output line ("Line1"), also while frames come. invalid_input (field "line") where the camera
  // has no such output, naming those that it has.
  virtual core::Result<void> set_output(const std::string& /*line*/, bool /*is_high*/) {
    return core::fail(core::invalid_input("line", "This camera has no output lines."));
  }
  // The next whole frame. timeout when none was whole in time: one that is under way is not lost by that and comes from
  // a later call. corrupt_image for one that arrived in part; the stream goes on. unavailable when the device is gone.
  virtual core::Result<Frame> next_frame(std::chrono::milliseconds patience) = 0;
  virtual Counters counters() const = 0;
  // Whether it is still there and under our control: unavailable when not. Cheap enough to be asked each second.
  virtual core::Result<void> check() = 0;
};

// What a person configured. `address`: an IP address, serial or GenICam id of Driver::aravis, "/dev/video0" or
// "rtsp://…" of Driver::stream, and of Driver::simulated "scene:belt", "scene:meter", "scene:gradient" or
// "folder:PATH" (of PGM and PPM); more of it, such as faults on demand, after '?' as in "scene:belt?seed=7&lost=0.01"
// (camera/simulated/address.hpp has them all).
struct Source {
  Driver driver = Driver::simulated;
  std::string address{};
  std::filesystem::path stream_reader{};  // the program sightglass-stream, for Driver::stream
};

// Error invalid_input naming what of the address is not understood. Opens nothing.
core::Result<std::unique_ptr<Device>> make_device(const Source& source);

// Looks for cameras of all drivers that can be asked, simulated ones never. Blocks for some seconds.
struct Found {
  Source source{};
  Identity identity{};
};
core::Result<std::vector<Found>> discover();

}  // namespace sightglass::camera
