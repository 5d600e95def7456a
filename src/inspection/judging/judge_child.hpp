// One process that judges frames, and the conversation with it.
#pragma once

#include <chrono>
#include <cstdint>

#include "core/raw_image.hpp"
#include "inspection/judging/judge_pool.hpp"
#include "inspection/judging/judge_wire.hpp"
#include "runtime/child_process.hpp"
#include "runtime/unix_fd.hpp"

namespace sightglass::inspection::judging {

// Not thread-safe.
class JudgeChild {
 public:
  // Starts the process and waits for its greeting. Blocks up to options.start_timeout. Errors: unavailable. The process
  // dies with the calling thread (runtime::die_with_parent).
  static core::Result<JudgeChild> start(const JudgePoolOptions& options);

  // Blocks up to `patience`. After an error the child is of no further use. Errors: timeout; unavailable when it ended;
  // internal when it does not keep to the protocol.
  core::Result<wire::Answer> ask(const wire::Request& request, const core::RawImage& frame,
                                 std::chrono::milliseconds patience);

  bool is_usable() const { return is_usable_ && process_.is_running(); }
  pid_t pid() const { return process_.pid(); }

 private:
  JudgeChild(runtime::ChildProcess process, runtime::UnixFd socket);
  core::Result<wire::Answer> read_answer(wire::Operation operation, std::chrono::steady_clock::time_point deadline);

  runtime::ChildProcess process_;
  runtime::UnixFd socket_;
  bool is_usable_ = true;
};

}  // namespace sightglass::inspection::judging
