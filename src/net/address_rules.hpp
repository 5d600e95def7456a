// Which addresses lie in the public internet. Judged by their numbers alone, so that no way to write one matters.
#pragma once

#include <sys/socket.h>

namespace sightglass::net {

// False for what is loopback, private, link-local, shared (carrier-grade NAT), documentation, benchmarking, multicast,
// reserved or broadcast in the registers of IANA (RFC 6890 and its updates), for IPv6 forms that hold such an IPv4
// address, or one that cannot be told, and for every family but IPv4 and IPv6.
bool is_public(const sockaddr& address, socklen_t length);

}  // namespace sightglass::net
