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
  std::chrono::milliseconds reopen_pause{1'000};       // after a loss; doubled up to half a minute
  std::chrono::milliseconds warm_time{30'000};         // that a stream stays open after the last capture or viewer
  int tries = 4;                                       // of a capture, 1 and up
  std::size_t max_waiting = 64;                        // captures in the queue
};

struct Status {
  State state = State::disconnected;
  std::string fault{};  // why it is faulted or disconnected; empty else
  std::optional<Identity> identity{};
  std::optional<Capabilities> capabilities{};
  Settings settings{};  // in force
  Counters counters{};  // since it was opened
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
// owner's thread, which they must not keep: hand them on.
class Camera {
 public:
  Camera(std::unique_ptr<Device> device, CameraOptions options);
  // Answers everybody who waits with unavailable, closes the device and joins.
  ~Camera();
  Camera(const Camera&) = delete;
  Camera& operator=(const Camera&) = delete;

  // A frame whose exposure began after this call, with `settings` in force for it alone where they differ (they are put
  // back). Captures follow each other in the order of the calls. Never blocks. `done` is called exactly once. Errors:
  // invalid_input naming field and range; unavailable when the camera is not there; internal
  // error after `tries` tries, with what went wrong each time; quota_exceeded when too many wait; conflict when it is
  // armed for a trigger.
  void capture(const Settings& settings, std::move_only_function<void(core::Result<Shot>)> done);

  // For good: kept over reopening. `done` gets what is in force then.
  void configure(const Settings& settings, std::move_only_function<void(core::Result<Settings>)> done);

  // Frames for viewers while the subscription lives; those that come while `frame` is slow are lost to it alone.
  class Subscription;
  using OnFrame = std::function<void(std::shared_ptr<const Frame>)>;
  std::unique_ptr<Subscription> watch(OnFrame frame);

  // Frames of a trigger while the subscription lives (state armed); none is lost between the device and `frame`, and
  // what the device lost is in the counters. One at a time: conflict.
  core::Result<std::unique_ptr<Subscription>> arm(const Trigger& trigger, OnFrame frame);
  void trigger_software(std::move_only_function<void(core::Result<void>)> done);

  Status status() const;
  const std::string& name() const;

 private:
  class Owner;
  std::shared_ptr<Owner> owner_;
};

class Camera::Subscription {
 public:
  virtual ~Subscription() = default;  // no frame is delivered after it
};

}  // namespace sightglass::camera
