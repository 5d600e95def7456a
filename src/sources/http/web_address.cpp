#include "sources/http/web_address.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

namespace sightglass::sources::http {
namespace {

constexpr std::size_t longest_address = 16 << 10;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  const char small = lower(c);
  return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

void append_encoded(std::string& text, char byte) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  const auto value = static_cast<unsigned char>(byte);
  text += '%';
  text += digits[value >> 4];
  text += digits[value & 15];
}

bool is_escape(std::string_view text, std::size_t at) {
  return at + 2 < text.size() && hex_value(text[at + 1]) >= 0 && hex_value(text[at + 2]) >= 0;
}

// As a page means it: what may not stand in an address is encoded, what is encoded stays.
std::string tidied(std::string_view text) {
  constexpr std::string_view allowed = "-._~!$&'()*+,;=:@/?";
  std::string tidy;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool stays = c == '%' ? is_escape(text, i) : is_letter(c) || is_digit(c) || allowed.contains(c);
    if (stays)
      tidy += c;
    else
      append_encoded(tidy, c);
  }
  return tidy;
}

// A dot may be written as %2e (WHATWG URL, "double-dot path segment").
std::string dots_of(std::string_view segment) {
  return segment.size() <= 6 ? percent_decode(segment) : std::string(segment);
}

// RFC 3986, section 5.2.4.
std::string without_dot_segments(std::string_view path) {
  std::vector<std::string_view> kept;
  bool ends_in_folder = false;
  std::size_t from = 1;
  while (from <= path.size()) {
    const auto end = std::min(path.find('/', from), path.size());
    const auto segment = path.substr(from, end - from);
    const auto dots = dots_of(segment);
    ends_in_folder = dots == "." || dots == "..";
    if (dots == ".." && !kept.empty()) kept.pop_back();
    if (!ends_in_folder) kept.push_back(segment);
    from = end + 1;
  }
  std::string clean;
  for (const auto segment : kept) clean.append("/").append(segment);
  if (ends_in_folder || clean.empty()) clean += '/';
  return clean;
}

std::optional<std::uint16_t> read_port(std::string_view text, bool is_tls) {
  if (text.empty()) return is_tls ? 443 : 80;
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

bool read_authority(std::string_view text, WebAddress& address) {
  if (text.contains('@') || text.contains('\\')) return false;
  const auto bracket = text.starts_with('[') ? text.find(']') : 0;
  if (bracket == std::string_view::npos) return false;
  const auto colon = text.find(':', bracket);
  const auto host = text.substr(0, colon);
  const auto port = read_port(colon == std::string_view::npos ? "" : text.substr(colon + 1), address.is_tls);
  const bool is_odd =
      std::ranges::any_of(host, [](unsigned char c) { return c <= ' ' || c == 0x7f || c == '%' || c == '"'; });
  if (host.empty() || !port || is_odd) return false;
  address.host = host;
  std::ranges::transform(address.host, address.host.begin(), lower);
  address.port = *port;
  return true;
}

void set_path(WebAddress& address, std::string_view path_and_query) {
  const auto question = path_and_query.find('?');
  const auto path = tidied(path_and_query.substr(0, question));
  address.path = without_dot_segments(path.empty() ? "/" : path);
  address.query = question == std::string_view::npos ? "" : tidied(path_and_query.substr(question));
}

bool starts_without_case(std::string_view text, std::string_view with) {
  return text.size() >= with.size() && std::ranges::equal(text.substr(0, with.size()), with, {}, lower, lower);
}

// Of what follows the "//".
std::optional<WebAddress> read_server_and_path(std::string_view text, bool is_tls) {
  WebAddress address{.is_tls = is_tls};
  const auto end = std::min(text.find_first_of("/?"), text.size());
  if (!read_authority(text.substr(0, end), address)) return std::nullopt;
  set_path(address, text.substr(end));
  return address;
}

std::string_view without_fragment(std::string_view text) { return text.substr(0, text.find('#')); }

}  // namespace

std::string WebAddress::text() const {
  std::string text = is_tls ? "https://" : "http://";
  text += host;
  if (port != (is_tls ? 443 : 80)) text += ":" + std::to_string(port);
  return text + path + query;
}

bool has_scheme(std::string_view link) {
  if (link.empty() || !is_letter(link[0])) return false;
  const auto end = std::ranges::find_if_not(
      link, [](char c) { return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.'; });
  return end != link.end() && *end == ':';
}

std::optional<WebAddress> parse_web_address(std::string_view text) {
  if (text.size() > longest_address) return std::nullopt;
  if (std::ranges::any_of(text, [](unsigned char c) { return c < ' ' || c == 0x7f; })) return std::nullopt;
  const auto body = without_fragment(text);
  if (starts_without_case(body, "https://")) return read_server_and_path(body.substr(8), true);
  if (starts_without_case(body, "http://")) return read_server_and_path(body.substr(7), false);
  return std::nullopt;
}

std::optional<WebAddress> resolve(const WebAddress& base, std::string_view link) {
  if (link.size() > longest_address) return std::nullopt;
  // Line ends and tabs in a link are of the page's layout (WHATWG URL, "basic URL parser").
  std::string plain;
  std::ranges::copy_if(link, std::back_inserter(plain), [](char c) { return c != '\t' && c != '\r' && c != '\n'; });
  if (has_scheme(plain)) return parse_web_address(plain);
  const auto body = without_fragment(plain);
  if (body.starts_with("//")) return read_server_and_path(body.substr(2), base.is_tls);
  WebAddress target = base;
  if (body.empty()) return target;
  if (body.starts_with('/'))
    set_path(target, body);
  else if (body.starts_with('?'))
    target.query = tidied(body);
  else
    set_path(target, std::string(base.folder()).append(body));
  return target;
}

std::string percent_decode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && is_escape(text, i)) {
      decoded += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

std::string encode_segment(std::string_view name) {
  constexpr std::string_view allowed = "-._~";
  std::string encoded;
  for (const char c : name) {
    if (is_letter(c) || is_digit(c) || allowed.contains(c))
      encoded += c;
    else
      append_encoded(encoded, c);
  }
  return encoded;
}

}  // namespace sightglass::sources::http
