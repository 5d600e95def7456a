// Starts, watches and ends processes of our own: decoders and task workers.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/result.hpp"
#include "runtime/unix_fd.hpp"

namespace sightglass::runtime {

struct ChildPlan {
  std::filesystem::path executable{};
  std::vector<std::string> arguments{};                            // without argv[0], which is the executable
  std::vector<std::pair<std::string, std::string>> environment{};  // added to ours, or replacing
  std::vector<int> inherited_fds{};  // the i-th becomes 3 + i in the child; borrowed; every other is closed
  bool own_process_group = false;    // so that a Ctrl-C at the terminal reaches only the parent
  bool own_session = false;          // so that it has no terminal at all; a process group of its own comes with it
};

struct ChildExit {
  int status = 0;  // exit status 0 … 255
  int signal = 0;  // what ended it, 0 when it exited by itself
  bool is_success() const { return status == 0 && signal == 0; }
};

// Owns a running or ended child. Destroying it kills and reaps a child that still runs. Standard input is /dev/null,
// standard output and error are ours. Not thread-safe, except that signal() may be called beside a waiting thread.
class ChildProcess {
 public:
  // Errors: unavailable, with what the system said, when the executable cannot be started.
  // Blocks for the spawn only (well under a millisecond for a small binary).
  static core::Result<ChildProcess> spawn(const ChildPlan& plan);

  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&& other) noexcept;
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess();

  pid_t pid() const { return pid_; }
  // Readable once the child has ended, for poll(2).
  int pidfd() const { return pidfd_.get(); }
  // False once it has ended, reaped or not.
  bool is_running() const;
  // Sends a signal; nothing happens when the child has ended.
  void signal(int number) const;
  // Waits and reaps. nullopt when the time is over. Blocks.
  std::optional<ChildExit> wait_for(std::chrono::milliseconds timeout);
  // SIGKILL and reap. Blocks for the moment the kernel needs.
  ChildExit kill();
  // Bytes in physical memory now, 0 when the child has ended.
  std::int64_t resident_bytes() const;

 private:
  ChildProcess(pid_t pid, UnixFd pidfd);
  pid_t pid_ = -1;
  UnixFd pidfd_;
  std::optional<ChildExit> exit_{};
};

// Called by a child at its start: the kernel kills it when the *thread* that spawned it ends, so spawn from a thread
// that lives as long as the child should. Ends the process at once when the parent is gone already.
void die_with_parent();

}  // namespace sightglass::runtime
