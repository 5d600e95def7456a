// Cameras that give a stream of video: V4L2 devices, and RTSP and MJPEG over a network.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>

#include "camera/device.hpp"
#include "camera/stream/stream_address.hpp"
#include "camera/stream/stream_wire.hpp"
#include "runtime/child_process.hpp"
#include "runtime/unix_fd.hpp"

namespace sightglass::camera::stream {

// `reader`: the program sightglass-stream. Error invalid_input "address". Opens nothing.
core::Result<std::unique_ptr<Device>> make_stream_device(std::string_view address, std::filesystem::path reader);

// Everything that comes from the camera is read and decoded by a process of its own, which is confined and killed when
// it does not answer. It free-runs; whatever nobody asks for is dropped there, so that next_frame() gives a frame that
// was decoded after the call. Frames are RGB8, or Mono8 where the stream is grey.
// Errors beside those of Device: unavailable when the process ended, or does not keep to the protocol.
class StreamDevice final : public Device {
 public:
  StreamDevice(StreamAddress address, std::filesystem::path reader);

  core::Result<Identity> open(std::chrono::milliseconds patience) override;
  void close() override;
  core::Result<Capabilities> capabilities() override;
  core::Result<Settings> configure(const Settings& settings) override;
  core::Result<void> start(const Trigger& trigger) override;
  core::Result<void> stop() override;
  core::Result<void> trigger_software() override;
  core::Result<Frame> next_frame(std::chrono::milliseconds patience) override;
  Counters counters() const override;
  // Of the process that reads: whether the camera still sends is seen while frames are asked for.
  core::Result<void> check() override;

  // What confines the process, as it reported when the stream was opened.
  const std::string& sandbox() const { return sandbox_; }
  // −1 when there is none.
  pid_t reader_process() const { return process_ ? process_->pid() : -1; }

 private:
  struct Reply {
    wire::Answer answer{};
    std::vector<std::uint8_t> pixels{};
  };
  core::Result<void> spawn();
  core::Result<Reply> ask(const wire::Command& command, std::chrono::milliseconds patience);
  core::Result<Reply> receive(wire::Verb verb, std::chrono::milliseconds patience);
  core::Error gone();

  const StreamAddress address_;
  const std::filesystem::path reader_;
  std::optional<runtime::ChildProcess> process_{};
  runtime::UnixFd socket_{};
  std::optional<Capabilities> capabilities_{};
  Settings settings_{};
  Counters counters_{};
  std::string sandbox_{};
  bool is_streaming_ = false;
};

}  // namespace sightglass::camera::stream
