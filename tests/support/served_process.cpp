#include "support/served_process.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <iostream>
#include <stdexcept>

namespace sightglass::test {
namespace {

constexpr int longest_start_s = 120;

sockaddr_in loopback(std::uint16_t port) {
  return {
      .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
}

bool answers(std::uint16_t port) {
  const runtime::UnixFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto address = loopback(port);
  return ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

void end_with_children(pid_t process) {
  // Held first, so that it makes no more of them.
  ::kill(process, SIGSTOP);
  std::ifstream children(fmt::format("/proc/{0}/task/{0}/children", process));
  for (pid_t child = 0; children >> child;) end_with_children(child);
  ::kill(process, SIGKILL);
}

}  // namespace

std::uint16_t free_port() {
  const runtime::UnixFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  auto address = loopback(0);
  socklen_t length = sizeof address;
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), length) != 0 ||
      ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &length) != 0)
    throw std::runtime_error("no free port");
  return ntohs(address.sin_port);
}

std::unique_ptr<ServedProcess> ServedProcess::start(const std::string& program,
                                                    const std::vector<std::string>& arguments, std::uint16_t port,
                                                    const std::string& log) {
  std::vector<std::string> all{"--pdeathsig", "KILL", "/bin/sh", "-c", "log=$1; shift; exec \"$@\" >\"$log\" 2>&1",
                               "sh",          log,    program};
  all.insert(all.end(), arguments.begin(), arguments.end());
  auto child = runtime::ChildProcess::spawn({.executable = "/usr/bin/setpriv",
                                             .arguments = std::move(all),
                                             .environment = {{"LC_ALL", "C.UTF-8"}},
                                             .own_session = true});
  if (!child) return nullptr;
  std::unique_ptr<ServedProcess> process(new ServedProcess(std::move(*child)));
  for (int i = 0; i < longest_start_s * 20; ++i) {
    if (answers(port)) return process;
    // No event says that a server is ready; that one has ended, its descriptor does.
    pollfd ended{.fd = process->process_.pidfd(), .events = POLLIN, .revents = 0};
    if (::poll(&ended, 1, 50) > 0) break;
  }
  std::cerr << program << " does not start; see " << log << "\n";
  return nullptr;
}

// With the processes that it has for connections, some of which begin sessions of their own.
ServedProcess::~ServedProcess() { end_with_children(process_.pid()); }

}  // namespace sightglass::test
