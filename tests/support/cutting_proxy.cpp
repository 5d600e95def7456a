#include "support/cutting_proxy.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <stdexcept>
#include <string_view>

namespace sightglass::test {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  return {
      .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
}

// Whatever is there; 0 at the end.
ssize_t move_some(int from, int to) {
  std::array<char, 64 << 10> bytes;
  const ssize_t got = ::recv(from, bytes.data(), bytes.size(), 0);
  for (ssize_t put = 0; put < got;) {
    const ssize_t sent = ::send(to, bytes.data() + put, static_cast<std::size_t>(got - put), MSG_NOSIGNAL);
    if (sent <= 0) return -1;
    put += sent;
  }
  return got;
}

}  // namespace

CuttingProxy::CuttingProxy(std::uint16_t server, std::int64_t after, int cuts)
    : server_(server), after_(after), cuts_(cuts), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  auto address = loopback(0);
  socklen_t size = sizeof address;
  const bool is_up = ::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                     ::listen(listener_.get(), 64) == 0 &&
                     ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0;
  if (!is_up) throw std::runtime_error("the proxy cannot listen");
  port_ = ntohs(address.sin_port);
  listening_ = std::thread([this] { listen_for_all(); });
}

CuttingProxy::~CuttingProxy() {
  ::shutdown(listener_.get(), SHUT_RDWR);
  listening_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
  }
  for (auto& thread : carrying_) thread.join();
}

void CuttingProxy::listen_for_all() {
  for (;;) {
    const int client = ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) return;
    const std::lock_guard lock(mutex_);
    open_.push_back(client);
    carrying_.emplace_back([this, client] { carry(client); });
  }
}

bool CuttingProxy::carry_once(int client, int server, std::int64_t& carried) {
  std::array<pollfd, 2> watched{pollfd{client, POLLIN, 0}, pollfd{server, POLLIN, 0}};
  if (::poll(watched.data(), watched.size(), -1) < 0) return false;
  if (watched[0].revents != 0) {
    const ssize_t moved = move_some(client, server);
    if (moved <= 0) return false;
    carried += moved;
    if (carried > after_ && cuts_ > 0 && cuts_-- > 0) return false;
  }
  return watched[1].revents == 0 || move_some(server, client) > 0;
}

void CuttingProxy::carry(int client) {
  const runtime::UnixFd server(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto address = loopback(server_);
  std::int64_t carried = 0;
  if (::connect(server.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    while (carry_once(client, server.get(), carried)) {
    }
  }
  const std::lock_guard lock(mutex_);
  std::erase(open_, client);
  ::close(client);
}

}  // namespace sightglass::test
