// Stands between a client and a server and breaks connections off in the middle.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include "runtime/unix_fd.hpp"

namespace sightglass::test {

class CuttingProxy {
 public:
  // Each of the first `cuts` connections that carries more than `after` bytes to the server is broken off there.
  CuttingProxy(std::uint16_t server, std::int64_t after, int cuts);
  ~CuttingProxy();
  CuttingProxy(const CuttingProxy&) = delete;
  CuttingProxy& operator=(const CuttingProxy&) = delete;

  std::uint16_t port() const { return port_; }
  int cuts_left() const { return cuts_; }

 private:
  void listen_for_all();
  void carry(int client);
  bool carry_once(int client, int server, std::int64_t& carried);

  const std::uint16_t server_;
  const std::int64_t after_;
  std::atomic<int> cuts_;
  runtime::UnixFd listener_{};
  std::uint16_t port_ = 0;
  std::mutex mutex_{};
  std::vector<int> open_{};
  std::vector<std::thread> carrying_{};
  std::thread listening_{};
};

}  // namespace sightglass::test
