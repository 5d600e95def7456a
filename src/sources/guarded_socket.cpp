#include "sources/guarded_socket.hpp"

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include "core/result.hpp"
#include "net/address_rules.hpp"
#include "sources/failures.hpp"

namespace sightglass::sources {
namespace {

using runtime::UnixFd;
using Clock = std::chrono::steady_clock;
using Addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

constexpr std::chrono::milliseconds longest_nap{100};  // between two looks at should_stop

Remote<Addresses> look_up(const GuardedConnect& target) {
  const addrinfo wanted{.ai_flags = AI_ADDRCONFIG,
                        .ai_family = AF_UNSPEC,
                        .ai_socktype = SOCK_STREAM,
                        .ai_protocol = IPPROTO_TCP,
                        .ai_addrlen = 0,
                        .ai_addr = nullptr,
                        .ai_canonname = nullptr,
                        .ai_next = nullptr};
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(target.host.c_str(), std::to_string(target.port).c_str(), &wanted, &found);
  if (error != 0)
    return source_fails(Trouble::unreachable, fmt::format("There is no server {}.", target.host), "base_url",
                        ::gai_strerror(error));
  return Addresses(found, &::freeaddrinfo);
}

Remote<void> wait_for_connection(int fd, const GuardedConnect& target, Clock::time_point until) {
  while (true) {
    if (target.should_stop && target.should_stop()) return stopped();
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
    if (left.count() <= 0)
      return source_fails(Trouble::timeout, fmt::format("{} did not answer in time.", target.host));
    pollfd waiting{.fd = fd, .events = POLLOUT, .revents = 0};
    if (::poll(&waiting, 1, static_cast<int>(std::min(left, longest_nap).count())) > 0) break;
  }
  int error = 0;
  socklen_t length = sizeof error;
  ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length);
  if (error == 0) return {};
  return source_fails(Trouble::unreachable, fmt::format("{} port {} cannot be reached.", target.host, target.port),
                      "base_url", std::strerror(error));
}

Remote<UnixFd> connect_to(const addrinfo& address, const GuardedConnect& target, Clock::time_point until) {
  UnixFd fd(::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP));
  if (fd && ::connect(fd.get(), address.ai_addr, address.ai_addrlen) != 0 && errno != EINPROGRESS) fd.reset();
  if (!fd)
    return source_fails(Trouble::unreachable, fmt::format("{} port {} cannot be reached.", target.host, target.port),
                        "base_url", std::strerror(errno));
  SG_TRY(wait_for_connection(fd.get(), target, until));
  const int at_once = 1;
  ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
  return fd;
}

}  // namespace

Remote<UnixFd> connect_guarded(const GuardedConnect& target) {
  SG_ASSIGN(const auto addresses, look_up(target));
  const auto until = Clock::now() + target.deadline;
  Remote<UnixFd> outcome =
      source_fails(Trouble::address,
                   fmt::format("{} is a private address. An administrator may allow such addresses "
                               "for this source.",
                               target.host),
                   "settings.allow_private_addresses");
  for (const addrinfo* address = addresses.get(); address != nullptr; address = address->ai_next) {
    if (!target.allows_private_addresses && !net::is_public(*address->ai_addr, address->ai_addrlen)) continue;
    outcome = connect_to(*address, target, until);
    if (outcome || outcome.error().trouble != Trouble::unreachable) return outcome;
  }
  return outcome;
}

}  // namespace sightglass::sources
