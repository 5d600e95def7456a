// A server of a few lines for tests of clients: says what it is told to, also what no good server would.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "runtime/unix_fd.hpp"

namespace sightglass::test {

struct TinyRequest {
  std::string method{};
  std::string target{};                         // as it stood in the request line
  std::map<std::string, std::string> fields{};  // names in lower case
  std::string body{};
  int connection = 0;  // counted from 1
};

struct TinyReply {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> fields{};
  std::string body{};
  bool cuts_off = false;        // closes the connection without any answer
  std::int64_t announced = -1;  // Content-Length, when it is to be another than the body's
  bool holds = false;           // then sends nothing more, and keeps the connection open
};

// One thread for each connection. Answers HTTP/1.1 with kept connections.
class TinyServer {
 public:
  using Answer = std::function<TinyReply(const TinyRequest&)>;
  explicit TinyServer(Answer answer);
  ~TinyServer();
  TinyServer(const TinyServer&) = delete;
  TinyServer& operator=(const TinyServer&) = delete;

  std::uint16_t port() const { return port_; }
  std::string address() const { return "http://127.0.0.1:" + std::to_string(port_); }
  int connections() const { return connections_; }

 private:
  void listen_for_all();
  void serve(int fd, int number);

  Answer answer_;
  runtime::UnixFd listener_{};
  std::uint16_t port_ = 0;
  std::atomic<int> connections_{0};
  std::mutex mutex_{};
  std::vector<int> open_{};
  std::vector<std::thread> serving_{};
  std::thread listening_{};
};

}  // namespace sightglass::test
