// A connection to a server that somebody named, kept out of the local network unless that is allowed.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "runtime/unix_fd.hpp"
#include "sources/gateway.hpp"

namespace sightglass::sources {

struct GuardedConnect {
  std::string host{};  // a name or an address
  std::uint16_t port = 0;
  bool allows_private_addresses = false;
  std::chrono::milliseconds deadline{10'000};  // of connecting; looking the name up has the system's own
  std::function<bool()> should_stop = [] { return false; };
};

// A non-blocking TCP socket. Each address that the name leads to now is looked at, and then connected to, so that no
// name can lead elsewhere between the two. Failures concern the source: `address` naming
// "settings.allow_private_addresses", `unreachable`, `timeout`, `stopped`. Blocks.
Remote<runtime::UnixFd> connect_guarded(const GuardedConnect& target);

}  // namespace sightglass::sources
