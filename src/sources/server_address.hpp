// Takes an address apart: "sftp://host:2222/a%20b/".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sightglass::sources {

struct ServerAddress {
  std::string scheme{};    // in lower case
  std::string host{};      // without the brackets of IPv6
  std::uint16_t port = 0;  // 0: the scheme's own
  std::string path{};      // still percent-encoded, from the first '/' on; "/" when there is none

  // "host:2222", as an address has it; without the port when it is the scheme's own.
  std::string authority() const;
};

// nullopt for what is no such address: no scheme, no host, a user's name or password in it, blanks or control
// characters.
std::optional<ServerAddress> parse_server_address(std::string_view text);

// The path's segments, decoded, with one '/' before each and behind the last: "/a b/". nullopt when a segment is "..",
// or has a '/', NUL or another control character in it.
std::optional<std::string> directory_of(const ServerAddress& address);

}  // namespace sightglass::sources
