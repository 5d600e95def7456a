// The thread that owns a device: what it is asked for in order, the stream it keeps, the loss and the return.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <variant>
#include <vector>

#include "camera/camera.hpp"
#include "camera/subscriber.hpp"

namespace sightglass::camera {

// Public members may be called from any thread; private ones are the owner thread's, apart from those under "shared".
class Camera::Owner {
 public:
  Owner(std::unique_ptr<Device> device, CameraOptions options);
  ~Owner();
  Owner(const Owner&) = delete;
  Owner& operator=(const Owner&) = delete;
  // Joins the thread. Safe to call twice.
  void stop();

  void capture(const Settings& settings, OnShot done);
  void configure(const Settings& settings, OnSettings done);
  void trigger_software(OnDone done);
  void set_output(const std::string& line, bool is_high, OnDone done);
  std::shared_ptr<Subscriber> watch(OnFrame frame);
  core::Result<std::shared_ptr<Subscriber>> arm(const Trigger& trigger, OnFrame frame, ArmEvents events);
  void forget(const std::shared_ptr<Subscriber>& subscriber);
  Status status() const;
  const std::string& name() const { return options_.name; }

 private:
  using Clock = std::chrono::steady_clock;
  using Milliseconds = std::chrono::milliseconds;
  struct CaptureWish {
    Settings settings;
    OnShot done;
    core::Instant asked;
  };
  struct ConfigureWish {
    Settings settings;
    OnSettings done;
  };
  struct TriggerWish {
    OnDone done;
  };
  struct OutputWish {
    std::string line;
    bool is_high;
    OnDone done;
  };
  using Wish = std::variant<CaptureWish, ConfigureWish, TriggerWish, OutputWish>;
  struct Stream {
    Trigger trigger;
    State state = State::streaming;  // or armed
    friend bool operator==(const Stream&, const Stream&) = default;
  };

  // owner_requests.cpp: from any thread. refused() and absence() want the mutex held.
  template <typename Kind>
  void submit(Kind wish);
  std::optional<core::Error> refused(const CaptureWish& wish) const;
  std::optional<core::Error> refused(const ConfigureWish& wish) const;
  std::optional<core::Error> refused(const TriggerWish& wish) const;
  std::optional<core::Error> refused(const OutputWish& wish) const;
  std::optional<core::Error> absence() const;

  // owner.cpp: the loop, opening and loss
  void run();
  void turn();
  void reopen();
  core::Result<void> open();
  void drop(const core::Error& error);
  void shut_down();
  void answer_all(const core::Error& error);
  void move_to(State next, const std::string& fault = {});
  bool is_stopping() const;
  std::optional<Wish> next_wish();
  void grant(Wish& wish);
  void rest();
  void pause_until(Clock::time_point until);
  void wait_for_work(Clock::time_point until, bool viewers_are_work);
  void look_after_device();

  // owner_stream.cpp: frames
  void perform(CaptureWish& wish);
  void perform(ConfigureWish& wish);
  void perform(TriggerWish& wish);
  void perform(OutputWish& wish);
  core::Result<Shot> take(const CaptureWish& wish);
  core::Result<Shot> try_repeatedly(core::Instant since);
  core::Result<Frame> take_once(core::Instant since);
  core::Result<Frame> await_frame(Milliseconds patience);
  core::Result<Frame> await_frame_since(core::Instant since);
  core::Result<void> put(const Settings& wanted);
  core::Result<void> stream(const Stream& wanted);
  core::Result<void> end_stream();
  Stream warm_stream() const;
  bool can_trigger() const { return capabilities_.has_software_trigger; }
  Milliseconds exposure() const;
  Milliseconds period() const;
  void view();
  void serve_trigger(const Trigger& trigger, const std::shared_ptr<Subscriber>& subscriber);
  void publish(const std::shared_ptr<const Frame>& frame);
  std::shared_ptr<Subscriber> armed_subscriber() const;
  void forget_stream();
  void count();

  // Remembers an error after which the device must be opened again.
  template <typename T>
  core::Result<T> watched(core::Result<T> result, bool every_error = false) {
    if (!result && (every_error || result.error().code == core::ErrorCode::unavailable)) broken_ = result.error();
    return result;
  }

  const CameraOptions options_;
  std::unique_ptr<Device> device_;
  Settings lasting_;        // what is set after each opening
  Settings base_;           // what is in force between captures
  Settings current_;        // what is in force
  core::Instant set_at_{};  // when that was last changed
  Identity identity_;       // of the device that is open
  Capabilities capabilities_;
  std::optional<Stream> stream_;
  std::weak_ptr<Subscriber> told_armed_;  // of the stream that runs
  std::weak_ptr<Subscriber> told_away_;   // since it was last told armed
  std::optional<core::Error> broken_;
  Counters earlier_;  // of the streams before this one
  bool is_open_ = false;
  Milliseconds pause_;
  Clock::time_point next_try_{};
  Clock::time_point next_check_{};
  Clock::time_point warm_until_{};
  Clock::time_point next_view_{};

  // Shared, under the mutex. No callback is called and the device is not touched while it is held.
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Status status_;
  std::deque<Wish> wishes_;
  std::vector<std::shared_ptr<Subscriber>> viewers_;
  std::shared_ptr<Subscriber> triggered_;
  Trigger trigger_;
  bool is_stopping_ = false;
  std::thread thread_;
};

}  // namespace sightglass::camera
