// Takes away from a process what a decoder of strangers' pictures never needs: files, sockets, programs, other
// processes. What remains: computing, memory up to a bound, and the descriptors already open.
#pragma once

#include <cstdint>
#include <string>

#include "core/result.hpp"

namespace sightglass::runtime {

struct SandboxPlan {
  // RLIMIT_AS; not set in sanitized builds, which map terabytes. Who knows what is decoded sets a tighter one.
  std::int64_t address_space_bytes = 1LL << 30;
  std::int32_t open_files = 32;  // RLIMIT_NOFILE, raised to the highest descriptor in use
};

// Enters for good; no way back, and threads and children inherit it. Everything the process needs from files
// (libraries, plug-ins, character-set tables) must be loaded before. Threads that exist already are held by the
// system-call filter but not by Landlock, which the kernel applies to the calling thread.
// Landlock is used when the kernel has it. Errors: unavailable, when no_new_privs, a limit or the filter is refused:
// the caller must then not decode.
core::Result<void> enter_decoder_sandbox(const SandboxPlan& plan);

// What holds in this process, for /health: "seccomp, landlock 7, limits", or "none" before entering.
std::string describe_sandbox();

}  // namespace sightglass::runtime
