// Reads a stream in a thread of its own and keeps what is asked for.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "camera/stream/libav/pixels.hpp"
#include "camera/stream/libav/video_input.hpp"
#include "core/time.hpp"

namespace sightglass::camera::stream {

struct StreamFigures {
  std::uint64_t completed = 0;  // frames, asked for or not
  std::uint64_t failed = 0;
  std::uint64_t underruns = 0;  // frames that came when nobody asked
};

// Thread-safe. What is read is decoded, or dropped, at once: a stream that waits grows old.
class StreamReader {
 public:
  explicit StreamReader(std::unique_ptr<VideoInput> video);
  ~StreamReader();
  StreamReader(const StreamReader&) = delete;
  StreamReader& operator=(const StreamReader&) = delete;

  const VideoInput& video() const { return *video_; }
  void start();
  void stop();

  struct Shot {
    core::Size size{};
    core::PixelFormat format = core::PixelFormat::rgb8;
    std::vector<std::uint8_t> pixels{};
    std::uint64_t number = 0;  // counts all frames since start()
    core::Instant taken_at{};
    std::int64_t timestamp_ns = -1;
  };
  // The first frame that is decoded after the call. Errors: timeout, corrupt_image, unavailable as of Device.
  core::Result<Shot> next(std::chrono::milliseconds patience);
  StreamFigures figures() const;

 private:
  void run();
  void take(core::Result<VideoInput::Read> read);
  core::Result<Shot> shot();

  const std::unique_ptr<VideoInput> video_;
  PixelConverter converter_{};
  mutable std::mutex mutex_;
  std::condition_variable answered_;
  bool is_streaming_ = false;
  bool is_wanted_ = false;
  bool is_stopping_ = false;
  std::optional<core::Result<Shot>> answer_{};
  std::optional<core::Error> end_{};
  StreamFigures figures_{};
  std::thread thread_;
};

}  // namespace sightglass::camera::stream
