#include "runtime/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "runtime/process_memory.hpp"

// glibc 2.36 forgot to declare these for C++.
extern "C" {
#include <sys/pidfd.h>
}

extern char** environ;

namespace sightglass::runtime {
namespace {

constexpr int first_inherited = 3;
// Sources of inherited descriptors are moved up here first, out of the way of the numbers they are to have.
constexpr int parking_floor = 64;
constexpr const char* parent_variable = "SIGHTGLASS_PARENT_PID";

core::Error system_error(std::string message, int number) {
  return core::unavailable(std::move(message), std::strerror(number));
}

// posix_spawn's two argument objects, destroyed in every way out.
struct SpawnSetup {
  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};
  std::vector<UnixFd> parked{};
  SpawnSetup() {
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
  }
  SpawnSetup(const SpawnSetup&) = delete;
  SpawnSetup& operator=(const SpawnSetup&) = delete;
  ~SpawnSetup() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
};

core::Result<void> set_descriptors(SpawnSetup& setup, const std::vector<int>& inherited) {
  posix_spawn_file_actions_addopen(&setup.actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  int target = first_inherited;
  for (const int fd : inherited) {
    UnixFd parked(::fcntl(fd, F_DUPFD_CLOEXEC, parking_floor));
    if (!parked) return core::fail(system_error("a descriptor for a child process cannot be duplicated", errno));
    posix_spawn_file_actions_adddup2(&setup.actions, parked.get(), target++);
    setup.parked.push_back(std::move(parked));
  }
  posix_spawn_file_actions_addclosefrom_np(&setup.actions, target);
  return {};
}

// The child starts with no signal blocked or ignored, whatever the spawning thread does with them.
void set_attributes(SpawnSetup& setup, const ChildPlan& plan) {
  sigset_t none;
  sigset_t all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&setup.attributes, &none);
  posix_spawnattr_setsigdefault(&setup.attributes, &all);
  int flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
  if (plan.own_session) {
    flags |= POSIX_SPAWN_SETSID;
  } else if (plan.own_process_group) {
    posix_spawnattr_setpgroup(&setup.attributes, 0);
    flags |= POSIX_SPAWN_SETPGROUP;
  }
  posix_spawnattr_setflags(&setup.attributes, static_cast<short>(flags));
}

std::vector<std::string> environment_of(const ChildPlan& plan) {
  auto additions = plan.environment;
  additions.emplace_back(parent_variable, std::to_string(::getpid()));
  std::vector<std::string> variables;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    const std::string_view text(*variable);
    const auto name = text.substr(0, text.find('='));
    const auto is_replaced = std::ranges::any_of(additions, [&](const auto& added) { return added.first == name; });
    if (!is_replaced) variables.emplace_back(text);
  }
  for (const auto& [name, value] : additions) variables.push_back(name + "=" + value);
  return variables;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (auto& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

ChildExit exit_of(const siginfo_t& info) {
  if (info.si_code == CLD_EXITED) return {.status = info.si_status};
  return {.status = 0, .signal = info.si_status};
}

int poll_until(int fd, std::chrono::steady_clock::time_point deadline) {
  while (true) {
    // Rounded up, or the wait would end a fraction of a millisecond early. poll(2) takes an int.
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    pollfd watched{.fd = fd, .events = POLLIN, .revents = 0};
    const int ready = ::poll(&watched, 1, static_cast<int>(std::clamp<std::int64_t>(left, 0, 1'000'000'000)));
    if (ready >= 0 || errno != EINTR) return ready;
  }
}

}  // namespace

core::Result<ChildProcess> ChildProcess::spawn(const ChildPlan& plan) {
  SpawnSetup setup;
  SG_TRY(set_descriptors(setup, plan.inherited_fds));
  set_attributes(setup, plan);
  std::vector<std::string> arguments{plan.executable.string()};
  arguments.insert(arguments.end(), plan.arguments.begin(), plan.arguments.end());
  auto variables = environment_of(plan);
  const auto argv = pointers_to(arguments);
  const auto envp = pointers_to(variables);

  // Not fork(2), which copies the server's page tables and leaves other threads' locks held in the child.
  pid_t pid = -1;
  const int failure =
      posix_spawn(&pid, plan.executable.c_str(), &setup.actions, &setup.attributes, argv.data(), envp.data());
  if (failure != 0) {
    return core::fail(system_error("the program " + plan.executable.string() + " cannot be started", failure));
  }
  // No race with a reused process id: the child stays a zombie until we wait for it.
  UnixFd pidfd(::pidfd_open(pid, 0));
  if (!pidfd) {
    const int number = errno;
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    return core::fail(system_error("a child process cannot be watched", number));
  }
  return ChildProcess(pid, std::move(pidfd));
}

ChildProcess::ChildProcess(pid_t pid, UnixFd pidfd) : pid_(pid), pidfd_(std::move(pidfd)) {}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), pidfd_(std::move(other.pidfd_)), exit_(std::exchange(other.exit_, {})) {}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  if (this != &other) {
    kill();
    pid_ = std::exchange(other.pid_, -1);
    pidfd_ = std::move(other.pidfd_);
    exit_ = std::exchange(other.exit_, {});
  }
  return *this;
}

ChildProcess::~ChildProcess() { kill(); }

// Looks without reaping, so that wait_for() still learns how the child ended.
bool ChildProcess::is_running() const {
  return pidfd_ && !exit_ && poll_until(pidfd_.get(), std::chrono::steady_clock::now()) == 0;
}

// Through the descriptor: once the child is reaped its number may be another process's.
void ChildProcess::signal(int number) const {
  if (pidfd_) ::pidfd_send_signal(pidfd_.get(), number, nullptr, 0);
}

std::optional<ChildExit> ChildProcess::wait_for(std::chrono::milliseconds timeout) {
  if (exit_ || !pidfd_) return exit_;
  if (poll_until(pidfd_.get(), std::chrono::steady_clock::now() + timeout) <= 0) return std::nullopt;
  siginfo_t info{};
  if (::waitid(P_PIDFD, static_cast<id_t>(pidfd_.get()), &info, WEXITED) != 0) return std::nullopt;
  exit_ = exit_of(info);
  return exit_;
}

ChildExit ChildProcess::kill() {
  if (exit_ || !pidfd_) return exit_.value_or(ChildExit{});
  signal(SIGKILL);
  siginfo_t info{};
  while (::waitid(P_PIDFD, static_cast<id_t>(pidfd_.get()), &info, WEXITED) != 0 && errno == EINTR) {
  }
  exit_ = exit_of(info);
  return *exit_;
}

std::int64_t ChildProcess::resident_bytes() const {
  if (exit_ || pid_ < 0) return 0;
  return resident_memory_bytes(pid_);
}

void die_with_parent() {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  // A parent that died before the line above sends nothing; it shows as a changed parent id.
  const char* expected = std::getenv(parent_variable);
  if (expected != nullptr && std::to_string(::getppid()) != expected) ::_exit(1);
}

}  // namespace sightglass::runtime
