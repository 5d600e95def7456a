// A PLC for tests that knows nothing of libmodbus: Modbus/TCP by the book (Modbus application protocol 1.1b3, 6.5), and
// whatever else a test wants it to answer.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "runtime/unix_fd.hpp"

namespace sightglass::test {

struct CoilWrite {
  int unit = 0;
  int coil = 0;
  bool is_on = false;
  friend bool operator==(const CoilWrite&, const CoilWrite&) = default;
};

// One connection at a time.
class Plc {
 public:
  // What goes back for a request of 12 bytes: its echo says yes. Empty: the connection is closed.
  using Answer = std::function<std::string(const std::string&)>;
  static std::string yes(const std::string& request) { return request; }
  static Answer refuse(char code) {
    return [code](const std::string& request) {
      std::string answer = request.substr(0, 9);
      answer[5] = 3;
      answer[7] = static_cast<char>(0x85);
      answer[8] = code;
      return answer;
    };
  }

  explicit Plc(Answer answer = yes) : answer_(std::move(answer)) {
    listener_ = runtime::UnixFd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
    socklen_t size = sizeof(address);
    if (::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::listen(listener_.get(), 8) != 0 ||
        ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
      throw std::runtime_error("no PLC");
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~Plc() {
    {
      const std::scoped_lock lock(mutex_);
      is_stopping_ = true;
      if (open_ >= 0) ::shutdown(open_, SHUT_RDWR);
    }
    ::shutdown(listener_.get(), SHUT_RDWR);
    thread_.join();
  }
  Plc(const Plc&) = delete;
  Plc& operator=(const Plc&) = delete;

  int port() const { return port_; }
  void answer_with(Answer answer) {
    const std::scoped_lock lock(mutex_);
    answer_ = std::move(answer);
  }
  // The first `count` requests that came; waits for them.
  std::vector<CoilWrite> writes(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::minutes(2), [&] { return writes_.size() >= count; });
    return writes_;
  }
  int connections() {
    const std::scoped_lock lock(mutex_);
    return connections_;
  }

 private:
  void serve() {
    for (;;) {
      const runtime::UnixFd connection(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      {
        const std::scoped_lock lock(mutex_);
        if (is_stopping_ || !connection) return;
        open_ = connection.get();
        ++connections_;
      }
      while (answer_one(connection.get())) continue;
      const std::scoped_lock lock(mutex_);
      open_ = -1;
    }
  }

  bool answer_one(int connection) {
    std::string request(12, '\0');
    if (::recv(connection, request.data(), request.size(), MSG_WAITALL) != 12) return false;
    Answer answer;
    {
      const std::scoped_lock lock(mutex_);
      const auto byte = [&](int at) { return static_cast<std::uint8_t>(request[static_cast<std::size_t>(at)]); };
      if (byte(7) != 5) return false;
      writes_.push_back({.unit = byte(6), .coil = byte(8) * 256 + byte(9), .is_on = byte(10) == 0xff});
      answer = answer_;
      changed_.notify_all();
    }
    const std::string back = answer(request);
    return !back.empty() && ::send(connection, back.data(), back.size(), MSG_NOSIGNAL) > 0;
  }

  Answer answer_;
  runtime::UnixFd listener_;
  int port_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<CoilWrite> writes_;
  int connections_ = 0;
  int open_ = -1;
  bool is_stopping_ = false;
  std::thread thread_;
};

}  // namespace sightglass::test
