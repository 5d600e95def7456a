// A camera as the rest of the program knows it: one thread that owns the device, and a queue of what is asked of it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "camera/device.hpp"
#include "camera/types.hpp"
#include "core/result.hpp"

namespace sightglass::camera {

struct CameraOptions {
  std::string name{};   // for logs and errors
  Settings settings{};  // set after each opening
  std::chrono::milliseconds open_patience{3'000};
  std::chrono::milliseconds transfer_patience{1'000};  // beside the exposure, until a frame must be whole
  std::chrono::milliseconds reopen_pause{1'000};       // after a loss; doubled up to the next
  std::chrono::milliseconds longest_pause{30'000};
  std::chrono::milliseconds check_interval{1'000};  // between looks whether a camera that does nothing is there
  std::chrono::milliseconds warm_time{30'000};      // that a stream stays open after the last capture or viewer
  // Each change of state but the first to connecting, with why it is faulted or disconnected; on the owner's thread.
  std::function<void(State state, const std::string& fault)> on_state{};
  double view_rate = 15;         // frames a second for viewers, where we trigger them
  int tries = 4;                 // of a capture, 1 and up
  std::size_t max_waiting = 64;  // captures in the queue
};

struct Status {
  State state = State::disconnected;
  std::string fault{};  // why it is faulted or disconnected; empty else
  std::optional<Identity> identity{};
  std::optional<Capabilities> capabilities{};
  Settings settings{};  // in force
  Counters counters{};  // of all streams since this object was made
  std::uint64_t captures = 0;
  std::uint64_t failed_captures = 0;
  std::uint64_t reopened = 0;
  std::size_t waiting = 0;
};

struct Shot {
  Frame frame{};
  Identity identity{};
  int tries = 1;
};

// Opens the device by itself, and again whenever it was lost. Thread-safe. Answers and frames are delivered on the
// owner's thread, which they must not keep: hand them on. What can be refused without asking the camera is refused on
// the caller's thread, before the call returns. docs/camera-states.md draws the states.
class Camera {
 public:
  Camera(std::unique_ptr<Device> device, CameraOptions options);
  // Answers everybody who waits with unavailable, closes the device and joins; never from one of its own callbacks.
  ~Camera();
  Camera(const Camera&) = delete;
  Camera& operator=(const Camera&) = delete;

  // A frame whose exposure began after this call, with `settings` in force for it alone where they differ (they are put
  // back). Captures follow each other in the order of the calls. Never blocks. `done` is called exactly once. Errors:
  // invalid_input naming field and range; unavailable when the camera is not there; internal
  // error after `tries` tries, with what went wrong each time; quota_exceeded when too many wait; conflict when it is
  // armed for a trigger.
  using OnShot = std::move_only_function<void(core::Result<Shot>)>;
  void capture(const Settings& settings, OnShot done);

  // For good: kept over reopening. `done` gets what is in force then. Errors as capture, without tries; conflict for
  // what needs frames to stop while it is armed.
  using OnSettings = std::move_only_function<void(core::Result<Settings>)>;
  void configure(const Settings& settings, OnSettings done);

  // Frames for viewers while the subscription lives: all that come, also those of captures and triggers. Where the
  // device can be triggered by software, `view_rate` of them a second. Who is slow drops frames itself.
  class Subscription;
  using OnFrame = std::function<void(std::shared_ptr<const Frame>)>;
  std::unique_ptr<Subscription> watch(OnFrame frame);

  // What happens to a trigger beside its frames, in order with them, on the owner's thread.
  struct ArmEvents {
    std::function<void()> armed{};                               // frames are taken, and their numbers begin anew
    std::function<void(const core::Error& error)> incomplete{};  // one frame came in part, behind the last one
    std::function<void(const core::Error& error)> away{};  // the camera was lost; triggers pass unseen until armed
  };
  // Frames of a trigger while the subscription lives (state armed, and again after a loss as soon as the camera is
  // back); none is lost between the device and `frame`, and what the device lost is in the counters. One at a time:
  // conflict. invalid_input for a trigger that the camera is known not to have.
  core::Result<std::unique_ptr<Subscription>> arm(const Trigger& trigger, OnFrame frame, ArmEvents events);
  core::Result<std::unique_ptr<Subscription>> arm(const Trigger& trigger, OnFrame frame);
  // conflict unless it is armed for triggers by software.
  using OnDone = std::move_only_function<void(core::Result<void>)>;
  void trigger_software(OnDone done);

  // Raises or lowers an output line of the camera, in any state of it that is no absence. Errors: unavailable;
  // invalid_input (field "line") naming the outputs that there are.
  void set_output(const std::string& line, bool is_high, OnDone done);

  Status status() const;
  const std::string& name() const;

 private:
  class Owner;
  std::shared_ptr<Owner> owner_;  // shared with subscriptions, which may outlive the camera
};

class Camera::Subscription {
 public:
  // No frame is delivered after it: waits for one that is being delivered, but not in that delivery itself.
  virtual ~Subscription() = default;
};

}  // namespace sightglass::camera
