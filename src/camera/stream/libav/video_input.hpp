// One camera's stream, opened and decoded by libavformat and libavcodec.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "camera/stream/libav/handles.hpp"
#include "camera/stream/stream_address.hpp"
#include "core/geometry.hpp"
#include "core/result.hpp"

namespace sightglass::camera::stream {

// One thread at a time, but for interrupt().
class VideoInput {
 public:
  // `confine` is called once: for a network's camera before anything is sent or read, for a device when it is open.
  // Errors: timeout when that takes longer than `patience`; unavailable, saying what is wrong without the address.
  static core::Result<std::unique_ptr<VideoInput>> open(const StreamAddress& address,
                                                        std::chrono::milliseconds patience,
                                                        const std::function<core::Result<void>()>& confine);

  core::Size size() const;
  AVPixelFormat pixels() const;
  const char* codec() const;  // "h264"

  enum class Read : std::uint8_t { nothing, frame, skipped, broken };
  // Reads what comes next, at most ten seconds long, and decodes it; `is_wanted` false leaves out what later frames do
  // not need. frame: it is in frame() until the next call; skipped: there was
  // one that nobody wanted; broken: a part of it was lost. Error unavailable: the stream
  // has ended.
  core::Result<Read> read(bool is_wanted);
  const AVFrame& frame() const { return *frame_; }
  // The camera's clock, from where it likes; −1 when it tells none.
  std::int64_t timestamp_ns() const;

  // Ends a read() under way in another thread, and all later ones.
  void interrupt() { is_interrupted_ = true; }

 private:
  VideoInput();
  core::Result<void> open_container(const StreamAddress& address);
  core::Result<void> open_decoder();
  void set_patience(std::chrono::milliseconds patience);
  static int is_over(void* self);
  std::unexpected<core::Error> why_not_opened(int code) const;

  Input input_{};
  VideoDecoder decoder_{};
  Packet packet_;
  DecodedFrame frame_;
  int stream_ = -1;
  bool is_each_whole_ = false;  // no frame needs another
  std::atomic<bool> is_interrupted_ = false;
  std::atomic<std::chrono::steady_clock::time_point> deadline_{};
};

}  // namespace sightglass::camera::stream
