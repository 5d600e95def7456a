// One decoding process and the conversation with it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "imaging/decoder_wire.hpp"
#include "runtime/child_process.hpp"
#include "runtime/unix_fd.hpp"

namespace sightglass::imaging {

struct DecoderPoolOptions;

// Not thread-safe: one caller at a time.
class DecoderChild {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // Starts the process and waits for its greeting. Blocks up to options.start_timeout. Errors: unavailable.
  // The process dies with the calling thread (runtime::die_with_parent).
  static core::Result<DecoderChild> start(const DecoderPoolOptions& options);

  // Sends the request with the picture's descriptor and reads the answer. Blocks up to limits.timeout_ms. After an
  // error the child is of no further use. Errors: timeout; corrupt_image when the picture crashed the
  // child; unavailable when it had ended before, or was ended by somebody else (the memory killer) or an exit; internal
  // when it does not keep to the protocol.
  core::Result<wire::Answer> ask(const wire::Request& request, int picture);

  // Sends a request for tiles and hands each to `sink` as it comes. Otherwise like ask(); errors of the picture that
  // the child told leave it usable, those of the sink do not.
  core::Result<void> ask_tiles(const wire::Request& request, int picture, TileSink& sink);

  bool is_usable() const { return is_usable_ && process_.is_running(); }
  std::int32_t pictures() const { return pictures_; }
  std::int64_t resident_bytes() const { return process_.resident_bytes(); }
  const std::string& sandbox() const { return sandbox_; }

  TimePoint idle_since{};  // kept by the pool

 private:
  DecoderChild(runtime::ChildProcess process, runtime::UnixFd socket);
  core::Error why_it_failed(core::Error error);
  core::Result<void> take_tiles(const Limits& limits, TimePoint deadline, TileSink& sink);

  runtime::ChildProcess process_;
  runtime::UnixFd socket_;
  std::string sandbox_;
  std::int32_t pictures_ = 0;
  bool is_usable_ = true;
};

}  // namespace sightglass::imaging
