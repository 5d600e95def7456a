#include "runtime/sandbox.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <thread>

namespace sightglass::runtime {
namespace {

enum Outcome : int { allowed = 10, refused_with_eperm = 11, other = 12, not_entered = 13 };

// Enters the sandbox in a child and tries something there; `attempt` returns a system call's result.
int confined(const std::function<long()>& attempt) {
  const pid_t child = ::fork();
  if (child == 0) {
    if (!enter_decoder_sandbox({})) ::_exit(not_entered);
    errno = 0;
    const long result = attempt();
    if (result >= 0) ::_exit(allowed);
    ::_exit(errno == EPERM || errno == EACCES ? refused_with_eperm : other);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

TEST(Sandbox, refuses_to_open_a_file_for_reading) {
  EXPECT_EQ(confined([] { return ::open("/etc/passwd", O_RDONLY); }), refused_with_eperm);
}

TEST(Sandbox, refuses_to_make_a_file) {
  EXPECT_EQ(confined([] { return ::open("/tmp/sightglass-sandbox", O_CREAT | O_WRONLY, 0600); }), refused_with_eperm);
}

TEST(Sandbox, refuses_every_kind_of_socket) {
  EXPECT_EQ(confined([] { return ::socket(AF_INET, SOCK_STREAM, 0); }), refused_with_eperm);
  EXPECT_EQ(confined([] { return ::socket(AF_UNIX, SOCK_STREAM, 0); }), refused_with_eperm);
}

TEST(Sandbox, refuses_to_run_a_program_or_make_a_process) {
  EXPECT_EQ(confined([] { return ::execl("/bin/true", "true", nullptr); }), refused_with_eperm);
  EXPECT_EQ(confined([]() -> long { return ::fork(); }), refused_with_eperm);
}

TEST(Sandbox, refuses_to_reach_for_other_processes) {
  EXPECT_EQ(confined([] { return ::ptrace(PTRACE_ATTACH, ::getppid(), nullptr, nullptr); }), refused_with_eperm);
  EXPECT_EQ(confined([] { return ::kill(::getppid(), 0); }), refused_with_eperm);
}

TEST(Sandbox, refuses_to_leave_its_name_spaces) {
  EXPECT_EQ(confined([] { return ::unshare(CLONE_NEWUSER); }), refused_with_eperm);
}

TEST(Sandbox, still_allows_threads_and_memory) {
  EXPECT_EQ(confined([]() -> long {
              long answer = -1;
              std::thread([&] { answer = 1; }).join();
              const auto* memory = ::mmap(nullptr, 1 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
              return memory == MAP_FAILED ? -1 : answer;
            }),
            allowed);
}

TEST(Sandbox, still_allows_abort) {
  EXPECT_EQ(confined([]() -> long { ::abort(); }), -SIGABRT);
}

TEST(Sandbox, holds_threads_that_were_there_before) {
  const pid_t child = ::fork();
  if (child == 0) {
    std::atomic<int> step{0};
    int outcome = other;
    std::thread early([&] {
      while (step.load() == 0) std::this_thread::yield();
      outcome = ::open("/etc/passwd", O_RDONLY) < 0 ? refused_with_eperm : allowed;
    });
    if (!enter_decoder_sandbox({})) ::_exit(not_entered);
    step = 1;
    early.join();
    ::_exit(outcome);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), refused_with_eperm);
}

#ifndef SIGHTGLASS_SANITIZED
TEST(Sandbox, bounds_the_address_space) {
  EXPECT_EQ(confined([]() -> long {
              const auto* memory =
                  ::mmap(nullptr, 8UL << 30, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
              return memory == MAP_FAILED && errno == ENOMEM ? 0 : -1;
            }),
            allowed);
}
#endif

TEST(Sandbox, describes_what_holds_only_after_entering) {
  EXPECT_EQ(describe_sandbox(), "none");
  EXPECT_EQ(confined([]() -> long { return describe_sandbox().find("seccomp") == 0 ? 0 : -1; }), allowed);
}

}  // namespace
}  // namespace sightglass::runtime
