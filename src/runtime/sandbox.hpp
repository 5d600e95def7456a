// Takes away from a process what it never needs. From a decoder of strangers' pictures: files, sockets, programs, other
// processes; computing, memory up to a bound and the descriptors already open remain. From a task worker: all files but
// those it works on, all networks but those it must reach.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/result.hpp"

namespace sightglass::runtime {

struct SandboxPlan {
  // RLIMIT_AS; not set in sanitized builds, which map terabytes. Who knows what is decoded sets a tighter one.
  std::int64_t address_space_bytes = 1LL << 30;
  std::int32_t open_files = 32;  // RLIMIT_NOFILE, raised to the highest descriptor in use
  // Of TCP, on any host, that may be connected to (where the kernel has Landlock 4), with what looking up names and
  // checking certificates takes: some files to read, and UDP. 0: no network and no files at all.
  std::uint16_t tcp_port = 0;
};

// Enters for good; no way back, and threads and children inherit it. Everything the process needs from files
// (libraries, plug-ins, character-set tables) must be loaded before. Threads that exist already are held by the
// system-call filter but not by Landlock, which the kernel applies to the calling thread.
// Landlock is used when the kernel has it. Errors: unavailable, when no_new_privs, a limit or the filter is refused:
// the caller must then not decode.
core::Result<void> enter_decoder_sandbox(const SandboxPlan& plan);

struct WorkerSandboxPlan {
  std::vector<std::filesystem::path>
      writable{};  // folders with all below, or single files; what is not there is left out
  std::vector<std::filesystem::path> runnable{};  // folders of our own programs
  std::vector<std::uint16_t> tcp_ports{};         // that it may connect to; none: no network at all
  std::int64_t data_bytes = 0;                    // RLIMIT_DATA; 0 leaves it alone; not set in sanitized builds
};

// Enters for good, children included. The system's programs and libraries stay readable; nothing can be written but
// what the plan names. On kernels without Landlock only the filter of system calls holds. Returns what holds, as
// describe_sandbox() does. Before any other thread is started: those are held by the filter alone.
// Errors: unavailable, when a layer that the kernel has is refused.
core::Result<std::string> enter_worker_sandbox(const WorkerSandboxPlan& plan);

// What holds in this decoder, for /health: "seccomp, landlock 7, limits", or "none" before entering.
std::string describe_sandbox();

}  // namespace sightglass::runtime
