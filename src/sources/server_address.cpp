#include "sources/server_address.hpp"

#include <algorithm>
#include <charconv>

#include "sources/remote_names.hpp"
#include "storage/s3/uri_encoding.hpp"

namespace sightglass::sources {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

std::optional<std::uint16_t> port_in(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

// Splits "host:21" and "[::1]:21"; false when it is neither.
bool take_authority(std::string_view text, ServerAddress& address) {
  auto end = text.find(':');
  if (text.starts_with('[')) {
    const auto bracket = text.find(']');
    if (bracket == text.npos) return false;
    address.host = text.substr(1, bracket - 1);
    end = bracket + 1 == text.size() ? text.npos : bracket + 1;
    if (end != text.npos && text[end] != ':') return false;
  } else {
    address.host = text.substr(0, end);
  }
  if (address.host.empty()) return false;
  if (end == text.npos) return true;
  const auto port = port_in(text.substr(end + 1));
  address.port = port.value_or(0);
  return port.has_value();
}

}  // namespace

std::string ServerAddress::authority() const {
  const std::string name = host.contains(':') ? "[" + host + "]" : host;
  return port == 0 ? name : name + ":" + std::to_string(port);
}

std::optional<ServerAddress> parse_server_address(std::string_view text) {
  if (has_control_characters(text) || text.contains(' ')) return std::nullopt;
  const auto colon = text.find("://");
  if (colon == text.npos || colon == 0) return std::nullopt;
  ServerAddress address{.scheme = std::string(text.substr(0, colon))};
  std::ranges::transform(address.scheme, address.scheme.begin(), lower);
  text.remove_prefix(colon + 3);
  const auto slash = text.find('/');
  const auto authority = text.substr(0, slash);
  if (authority.contains('@') || authority.find_first_of("?#\\") != authority.npos) return std::nullopt;
  if (!take_authority(authority, address)) return std::nullopt;
  address.path = slash == text.npos ? "/" : std::string(text.substr(slash));
  return address;
}

std::optional<std::string> directory_of(const ServerAddress& address) {
  std::string_view rest = address.path;
  std::string directory = "/";
  while (!rest.empty()) {
    const auto slash = rest.find('/');
    const std::string segment = storage::s3::decode_uri(rest.substr(0, slash));
    rest.remove_prefix(slash == rest.npos ? rest.size() : slash + 1);
    if (segment.empty() || segment == ".") continue;
    if (!is_segment(segment) || has_control_characters(segment)) return std::nullopt;
    directory.append(segment).append("/");
  }
  return directory;
}

}  // namespace sightglass::sources
