// Debian's broker and its listening client, for tests.
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "runtime/child_process.hpp"
#include "runtime/unix_fd.hpp"
#include "support/temporary_directory.hpp"

namespace sightglass::test {

inline const std::filesystem::path broker_program = "/usr/sbin/mosquitto";

inline runtime::UnixFd tcp_socket() { return runtime::UnixFd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)); }
inline sockaddr_in on_loopback(int port) {
  return {.sin_family = AF_INET,
          .sin_port = htons(static_cast<std::uint16_t>(port)),
          .sin_addr = {htonl(INADDR_LOOPBACK)},
          .sin_zero = {}};
}

// Below those that the kernel gives to clients, so that it stays free while no broker is there.
inline int free_port() {
  for (int i = 0; i < 200; ++i) {
    const int port = 17'000 + (::getpid() * 7 + i * 131) % 3'000;
    const auto socket = tcp_socket();
    const auto address = on_loopback(port);
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) return port;
  }
  throw std::runtime_error("no free port for a broker");
}

// Lines of what Debian's client hears, for two minutes at the longest.
class Listener {
 public:
  Listener(int port, const std::string& more) {
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    const runtime::UnixFd into(ends[1]);
    output_.reset(::fdopen(ends[0], "r"));
    auto child =
        runtime::ChildProcess::spawn({.executable = "/bin/sh",
                                      .arguments = {"-c", "exec mosquitto_sub -h 127.0.0.1 -p " + std::to_string(port) +
                                                              " -q 1 -W 120 " + more + " >&3"},
                                      .inherited_fds = {into.get()}});
    if (!child) throw std::runtime_error(child.error().message);
    child_.emplace(std::move(*child));
  }
  // Empty when there is none any more.
  std::string line() {
    char text[4096] = {};
    if (output_ == nullptr || ::fgets(text, sizeof(text), output_.get()) == nullptr) return {};
    std::string line(text);
    if (line.ends_with('\n')) line.pop_back();
    return line;
  }
  // The next that is just this; false when none comes.
  bool await(const std::string& wanted) {
    for (std::string next = line(); !next.empty(); next = line())
      if (next == wanted) return true;
    return false;
  }
  bool await_end_of(const std::string& wanted) {
    for (std::string next = line(); !next.empty(); next = line())
      if (next.ends_with(wanted)) return true;
    return false;
  }

 private:
  struct Close {
    void operator()(FILE* file) const { ::fclose(file); }
  };
  std::unique_ptr<FILE, Close> output_;
  std::optional<runtime::ChildProcess> child_;
};

class Broker {
 public:
  // `more`: lines of its configuration beside the listener's.
  explicit Broker(const std::string& more = "allow_anonymous true\n") {
    std::ofstream(configuration()) << "listener " << port_
                                   << " 127.0.0.1\nuser root\npersistence false\nlog_type none\n"
                                   << more;
    start();
  }
  void start() {
    auto child = runtime::ChildProcess::spawn(
        {.executable = broker_program, .arguments = {"-c", configuration().string()}, .own_process_group = true});
    if (!child) throw std::runtime_error(child.error().message);
    child_.emplace(std::move(*child));
    const auto address = on_loopback(port_);
    for (int i = 0; i < 1'200; ++i) {
      const auto socket = tcp_socket();
      if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) return;
      ::poll(nullptr, 0, 50);
    }
    throw std::runtime_error("the broker does not listen");
  }
  void kill() { child_->kill(); }

  int port() const { return port_; }
  const std::filesystem::path& folder() const { return folder_.path(); }
  // "<retained?> <topic> <payload>" of all that is published from now on.
  Listener listen() const {
    Listener everything(port_, "-F '%r %t %p' -t '#'");
    // A retained message says that the subscription holds.
    const auto marker = "mosquitto_pub -h 127.0.0.1 -p " + std::to_string(port_) + " -q 1 -r -t ready -m now";
    if (std::system(marker.c_str()) != 0 || !everything.await_end_of("ready now"))
      throw std::runtime_error("the listener does not listen");
    return everything;
  }
  // What who comes now is told of a topic, "<retained?> <payload>".
  std::string told_of(const std::string& topic) const { return Listener(port_, "-C 1 -F '%r %p' -t " + topic).line(); }

 private:
  std::filesystem::path configuration() const { return folder_.path() / "mosquitto.conf"; }
  TemporaryDirectory folder_;
  int port_ = free_port();
  std::optional<runtime::ChildProcess> child_;
};

}  // namespace sightglass::test
