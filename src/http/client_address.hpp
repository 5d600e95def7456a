// Who really asks when a proxy stands in front: the proxies that are believed, and what their headers say.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "http/message.hpp"

namespace sightglass::http {

// An IP address in network byte order; IPv4 as IPv6-mapped (RFC 4291, section 2.5.5.2), so that both compare alike.
using AddressBytes = std::array<std::uint8_t, 16>;

// Networks of proxies whose word counts. Immutable; safe to read from many threads.
class TrustedProxies {
 public:
  TrustedProxies() = default;  // nobody is believed
  // Addresses ("192.0.2.1", "2001:db8::1") and networks ("10.0.0.0/8"). invalid_input naming the entry that is neither.
  static core::Result<TrustedProxies> parse(const std::vector<std::string>& networks);

  bool contains(const AddressBytes& address) const;
  bool contains(std::string_view address) const;  // false for what is no address

 private:
  struct Network {
    AddressBytes address{};
    int prefix_bits = 128;  // of the 16 bytes
  };
  std::vector<Network> networks_{};
};

// nullopt for what is no IP address. A port after it ("192.0.2.1:80", "[2001:db8::1]:80") and brackets are left out;
// zones ("fe80::1%eth0") are not taken.
std::optional<AddressBytes> parse_address(std::string_view text);

struct Client {
  std::string address{};
  bool is_secure = false;  // it spoke TLS to the proxy
};

// What the headers of a request from `peer`, a trusted proxy, say of its client: the right-most address of
// X-Forwarded-For that is no trusted proxy's, for whatever stands left of it anybody may have written; TLS by
// X-Forwarded-Proto. Where the header is absent or ends in nonsense, the client is the last address that somebody
// trusted vouched for, in the end `peer` itself. Looks at no more than 32 addresses.
Client client_behind(const TrustedProxies& proxies, std::string_view peer, const Headers& headers);

// Whether a program on this machine asks for itself: from loopback, by a name of loopback, and neither a browser, which
// any page may lead astray, nor a proxy that speaks for others.
bool is_local_program(const Request& request);

}  // namespace sightglass::http
