#include "runtime/sandbox.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/landlock.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
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
                  ::mmap(nullptr, 1UL << 30, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
              return memory == MAP_FAILED && errno == ENOMEM ? 0 : -1;
            }),
            allowed);
}
#endif

TEST(Sandbox, describes_what_holds_only_after_entering) {
  EXPECT_EQ(describe_sandbox(), "none");
  EXPECT_EQ(confined([]() -> long { return describe_sandbox().find("seccomp") == 0 ? 0 : -1; }), allowed);
}

TEST(Sandbox, refuses_to_change_what_other_processes_may_use) {
  EXPECT_EQ(confined([] {
              rlimit bound{};
              return ::syscall(SYS_prlimit64, ::getppid(), RLIMIT_CORE, nullptr, &bound);
            }),
            refused_with_eperm);
  EXPECT_EQ(confined([]() -> long { return ::setpriority(PRIO_PROCESS, 0, 5); }), refused_with_eperm);
  EXPECT_EQ(confined([]() -> long {
              const sched_param parameters{};
              return ::sched_setscheduler(::getppid(), SCHED_BATCH, &parameters);
            }),
            refused_with_eperm);
  EXPECT_EQ(confined([] { return ::syscall(SYS_ioprio_set, 1, ::getppid(), 0); }), refused_with_eperm);
  EXPECT_EQ(confined([] { return ::syscall(SYS_move_pages, ::getppid(), 0, nullptr, nullptr, nullptr, 0); }),
            refused_with_eperm);
  EXPECT_EQ(confined([]() -> long {
              rlimit bound{};
              return ::getrlimit(RLIMIT_CORE, &bound);
            }),
            allowed)
      << "its own limits it may read";
}

TEST(Sandbox, refuses_to_type_into_a_terminal_and_to_send_signals_by_a_descriptor) {
  EXPECT_EQ(confined([]() -> long { return ::ioctl(0, TIOCSTI, "x"); }), refused_with_eperm);
  EXPECT_EQ(confined([] { return ::syscall(SYS_ioctl, 0, 0x5500000000UL | TIOCSTI, "x"); }), refused_with_eperm);
  EXPECT_EQ(confined([]() -> long { return ::fcntl(0, F_SETOWN, ::getppid()); }), refused_with_eperm);
  EXPECT_EQ(confined([]() -> long { return ::fcntl(0, F_SETSIG, SIGKILL); }), refused_with_eperm);
  EXPECT_EQ(confined([]() -> long { return ::fcntl(0, F_GETFD); }), allowed);
}

TEST(Sandbox, refuses_to_write_a_file_through_memory) {
  const int file = ::memfd_create("picture", MFD_CLOEXEC);
  ASSERT_GE(file, 0);
  ASSERT_EQ(::write(file, "bytes", 5), 5);
  const auto map = [file](int protection, int flags) {
    return confined([=]() -> long { return ::mmap(nullptr, 5, protection, flags, file, 0) == MAP_FAILED ? -1 : 0; });
  };
  EXPECT_EQ(map(PROT_READ | PROT_WRITE, MAP_SHARED), refused_with_eperm);
  EXPECT_EQ(map(PROT_READ | PROT_WRITE, MAP_SHARED_VALIDATE), refused_with_eperm);
  EXPECT_EQ(map(PROT_READ, MAP_SHARED), allowed) << "how decoders read";
  EXPECT_EQ(map(PROT_READ | PROT_WRITE, MAP_PRIVATE), allowed);
  EXPECT_EQ(confined([]() -> long {
              return ::mmap(nullptr, 5, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1
                                                                                                                 : 0;
            }),
            allowed);
  ::close(file);
}

// The plan of who reads a network camera's stream.
int online(const std::function<long()>& attempt) {
  const pid_t child = ::fork();
  if (child == 0) {
    if (!enter_decoder_sandbox({.tcp_port = 554})) ::_exit(not_entered);
    errno = 0;
    const long result = attempt();
    if (result >= 0) ::_exit(allowed);
    ::_exit(errno == EPERM || errno == EACCES ? refused_with_eperm : other);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

long connect_to(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  const long result = ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  // That nobody listens there is not the sandbox's doing.
  return result < 0 && errno == ECONNREFUSED ? 0 : result;
}

bool has_landlock(int version) {
  return ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION) >= version;
}

TEST(SandboxWithAPort, reaches_that_port_and_no_other_and_no_service_of_this_machine) {
  EXPECT_EQ(online([] { return connect_to(554); }), allowed);
  EXPECT_EQ(online([] { return ::socket(AF_INET6, SOCK_DGRAM, 0); }), allowed) << "how names are looked up";
  EXPECT_EQ(online([] { return ::socket(AF_UNIX, SOCK_STREAM, 0); }), refused_with_eperm);
  EXPECT_EQ(online([] { return ::socket(AF_PACKET, SOCK_RAW, 0); }), refused_with_eperm);
  EXPECT_EQ(online([] { return ::syscall(SYS_listen, 0, 1); }), refused_with_eperm);
  if (!has_landlock(4)) GTEST_SKIP() << "this kernel's Landlock does not know TCP";
  EXPECT_EQ(online([] { return connect_to(555); }), refused_with_eperm);
}

TEST(SandboxWithAPort, reads_what_looking_up_names_takes_and_nothing_else) {
  EXPECT_EQ(online([] { return ::open("/tmp/sightglass-sandbox", O_CREAT | O_WRONLY, 0600); }), refused_with_eperm);
  EXPECT_EQ(online([] { return ::execl("/bin/true", "true", nullptr); }), refused_with_eperm);
  EXPECT_EQ(online([]() -> long { return ::fork(); }), refused_with_eperm);
  if (!has_landlock(1)) GTEST_SKIP() << "this kernel has no Landlock";
  EXPECT_EQ(online([] { return ::open("/etc/hosts", O_RDONLY); }), allowed);
  EXPECT_EQ(online([] { return ::open("/etc/passwd", O_RDONLY); }), refused_with_eperm);
  EXPECT_EQ(online([] { return ::open("/proc/self/environ", O_RDONLY); }), refused_with_eperm);
}

}  // namespace
}  // namespace sightglass::runtime
