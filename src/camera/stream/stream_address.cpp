#include "camera/stream/stream_address.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace sightglass::camera::stream {

namespace {

using core::Result;

struct Scheme {
  std::string_view beginning;
  StreamAddress::Kind kind;
  bool is_secured;
  std::uint16_t port;
};
constexpr std::array schemes{
    Scheme{"rtsp://", StreamAddress::Kind::rtsp, false, 554}, Scheme{"rtsps://", StreamAddress::Kind::rtsp, true, 322},
    Scheme{"http://", StreamAddress::Kind::http, false, 80}, Scheme{"https://", StreamAddress::Kind::http, true, 443}};

std::unexpected<core::Error> refused(std::string message) {
  return core::fail(core::invalid_input("address", std::move(message)));
}

bool is_plain(char c) { return c > ' ' && c < 0x7f && c != '\\' && c != '"' && c != '<' && c != '>'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_device(std::string_view path) {
  static constexpr std::string_view numbered = "/dev/video";
  if (path.starts_with(numbered)) {
    path.remove_prefix(numbered.size());
    return !path.empty() && path.size() <= 4 && std::ranges::all_of(path, is_digit);
  }
  for (const std::string_view folder : {"/dev/v4l/by-id/", "/dev/v4l/by-path/"}) {
    if (!path.starts_with(folder)) continue;
    const auto name = path.substr(folder.size());
    return !name.empty() && name.front() != '.' && name.find('/') == name.npos;
  }
  return false;
}

struct Place {
  std::string_view host;  // in brackets when it is one of IPv6
  std::uint16_t port = 0;
};

std::optional<std::uint16_t> port_of(std::string_view digits) {
  std::uint16_t port = 0;
  const auto* last = digits.data() + digits.size();
  const auto [end, failure] = std::from_chars(digits.data(), last, port);
  if (failure != std::errc{} || end != last || port == 0) return std::nullopt;
  return port;
}

std::optional<Place> place_of(std::string_view authority, std::uint16_t usual_port) {
  const auto bracket = authority.starts_with('[') ? authority.find(']') : 0;
  if (bracket == authority.npos) return std::nullopt;
  const auto colon = authority.find(':', bracket);
  const Place place{authority.substr(0, colon), usual_port};
  if (place.host.empty() || (bracket != 0 && place.host.size() != bracket + 1)) return std::nullopt;
  if (colon == authority.npos) return place;
  const auto port = port_of(authority.substr(colon + 1));
  if (!port) return std::nullopt;
  return Place{place.host, *port};
}

Result<StreamAddress> parse_url(std::string_view text, const Scheme& scheme) {
  const auto rest = text.substr(scheme.beginning.size());
  const auto authority = rest.substr(0, rest.find_first_of("/?#"));
  const auto at = authority.rfind('@');
  const auto place = place_of(at == authority.npos ? authority : authority.substr(at + 1), scheme.port);
  if (!place) return refused("Behind \"//\" comes a host, with a port from 1 to 65535 if another than the usual");
  const auto path = rest.substr(authority.size());
  StreamAddress address{.kind = scheme.kind, .whole = std::string(text), .is_secured = scheme.is_secured};
  address.port = place->port;
  address.shown = std::string(scheme.beginning) + std::string(place->host);
  if (place->port != scheme.port) address.shown += ":" + std::to_string(place->port);
  address.shown += path.substr(0, path.find_first_of("?#"));
  return address;
}

}  // namespace

Result<StreamAddress> parse_address(std::string_view text) {
  if (text.size() > longest_address) return refused("An address has at most 1,024 bytes");
  if (!std::ranges::all_of(text, is_plain)) return refused("An address has no blanks and only ASCII; others as %20");
  if (is_device(text)) return StreamAddress{.whole = std::string(text), .shown = std::string(text)};
  const auto scheme = std::ranges::find_if(schemes, [&](const Scheme& one) { return text.starts_with(one.beginning); });
  if (scheme != schemes.end()) return parse_url(text, *scheme);
  return refused("Streams come from /dev/video0, rtsp://, rtsps://, http:// or https://");
}

}  // namespace sightglass::camera::stream
