#include "stations/line_sender.hpp"

#include <fmt/format.h>

#include <future>

#include "outputs/line_settings.hpp"
#include "outputs/pulse.hpp"

namespace sightglass::stations {
namespace {

using Milliseconds = std::chrono::milliseconds;

class LineSender final : public outputs::Sender {
 public:
  LineSender(outputs::LineSettings settings, const Cameras& cameras, std::optional<core::CameraId> camera)
      : settings_(std::move(settings)), cameras_(cameras), camera_(camera) {}

  void start() override { pulse_.end(); }

  core::Result<void> send(const outputs::Message& message, Milliseconds patience) override {
    const auto end = [&] { return lower(patience); };
    // The verdict that it is not for ends the pulse of the one before it; what could not be ended is tried again.
    if (!message.is_test && message.is_ok != settings_.on_ok) return pulse_.begin(end, Milliseconds(1));
    const auto raise = [&]() -> core::Result<void> {
      SG_TRY(lower(patience));  // a pulse that lasts: each verdict is an edge of its own
      auto outcome = set(true, patience);
      // Not there: nothing was raised. Otherwise the camera may have done it.
      may_be_high_ = may_be_high_ || outcome.has_value() || outcome.error().code == core::ErrorCode::timeout;
      return outcome;
    };
    return pulse_.begin(raise, settings_.pulse);
  }

 private:
  core::Result<void> lower(Milliseconds patience) {
    if (!may_be_high_) return {};
    auto outcome = set(false, patience);
    // A line that the camera does not have is not high.
    const bool is_low = outcome || outcome.error().code == core::ErrorCode::invalid_input;
    if (!is_low) return outcome;
    may_be_high_ = false;
    return {};
  }

  core::Result<void> set(bool is_high, Milliseconds patience) const {
    const auto camera = camera_ ? cameras_.find(*camera_) : nullptr;
    if (!camera) return core::fail(core::unavailable("The station's camera is not open on this server."));
    // Shared with the camera, which may answer when nobody waits any more.
    const auto answer = std::make_shared<std::promise<core::Result<void>>>();
    auto answered = answer->get_future();
    camera->set_output(settings_.line, is_high,
                       [answer](core::Result<void> outcome) { answer->set_value(std::move(outcome)); });
    if (answered.wait_for(patience) == std::future_status::ready) return answered.get();
    return core::fail(core::ErrorCode::timeout,
                      fmt::format("The camera {} did not set {} in time.", camera->name(), settings_.line));
  }

  const outputs::LineSettings settings_;
  const Cameras& cameras_;
  const std::optional<core::CameraId> camera_;
  bool may_be_high_ = true;  // by a program that died in the midst of a pulse; used under the pulse's lock
  outputs::Pulse pulse_{[this] { return lower(Milliseconds(1'000)); }};  // the next verdict waits for it
};

}  // namespace

core::Result<std::unique_ptr<outputs::Sender>> make_line_sender(std::string_view settings, const Cameras& cameras,
                                                                std::optional<core::CameraId> camera) {
  SG_ASSIGN(auto parsed, outputs::line_settings_from_json(settings));
  return std::make_unique<LineSender>(std::move(parsed), cameras, camera);
}

}  // namespace sightglass::stations
