// Addresses of http and https: taken apart, compared, and links resolved against them (RFC 3986).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sightglass::sources::http {

struct WebAddress {
  bool is_tls = false;
  std::string host{};      // lower case; IPv6 in brackets
  std::uint16_t port = 0;  // never 0 in one that was parsed
  std::string path{"/"};   // begins with '/'; percent-encoded, no dot segments
  std::string query{};     // with its '?', or empty

  std::string text() const;
  bool has_origin_of(const WebAddress& other) const {
    return is_tls == other.is_tls && host == other.host && port == other.port;
  }
  // The path up to and with its last '/'.
  std::string_view folder() const { return std::string_view(path).substr(0, path.rfind('/') + 1); }
};

// nullopt for other schemes, a user or password in it, no host, a bad port, or control characters. A fragment is
// dropped.
std::optional<WebAddress> parse_web_address(std::string_view text);

// What a link on the page at `base` leads to, encoded where the page forgot to. nullopt as above.
std::optional<WebAddress> resolve(const WebAddress& base, std::string_view link);

// "Name:…" that could be a scheme: letters, digits, '+', '-', '.' and a colon before anything else.
bool has_scheme(std::string_view link);

// The bytes that "%41" and the like stand for; a '%' without two digits behind it stays.
std::string percent_decode(std::string_view text);
// A name as one segment of a path: all but A–Z a–z 0–9 - . _ ~ encoded.
std::string encode_segment(std::string_view name);

}  // namespace sightglass::sources::http
