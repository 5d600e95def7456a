#include "http/client_address.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <ranges>

namespace sightglass::http {
namespace {

constexpr int ipv4_offset_bits = 96;  // of the mapped prefix ::ffff:0:0/96
constexpr int most_hops = 32;

char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool is_equal_word(std::string_view a, std::string_view b) { return std::ranges::equal(a, b, {}, to_lower, to_lower); }

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// The address alone; empty when what surrounds it makes no sense.
std::string_view without_port(std::string_view text) {
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return {};
    const auto rest = text.substr(end + 1);
    if (!rest.empty() && !(rest.starts_with(':') && is_port(rest.substr(1)))) return {};
    const auto inner = text.substr(1, end - 1);
    return inner.contains(':') ? inner : std::string_view{};
  }
  const auto colon = text.find(':');
  // More than one colon is IPv6, which takes a port only behind brackets.
  if (colon == std::string_view::npos || text.find(':', colon + 1) != std::string_view::npos) return text;
  return is_port(text.substr(colon + 1)) ? text.substr(0, colon) : std::string_view{};
}

bool is_mapped_ipv4(const AddressBytes& address) {
  constexpr AddressBytes prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  return std::equal(prefix.begin(), prefix.begin() + 12, address.begin());
}

std::string text_of(const AddressBytes& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (is_mapped_ipv4(address)) {
    ::inet_ntop(AF_INET, address.data() + 12, text.data(), text.size());
  } else {
    ::inet_ntop(AF_INET6, address.data(), text.data(), text.size());
  }
  return text.data();
}

// How many of the 128 bits count; nullopt for a length that the address cannot have.
std::optional<int> prefix_bits(std::string_view length, const AddressBytes& address) {
  const int offset = is_mapped_ipv4(address) ? ipv4_offset_bits : 0;
  int bits = 0;
  const auto [end, failure] = std::from_chars(length.data(), length.data() + length.size(), bits);
  if (failure != std::errc{} || end != length.data() + length.size()) return std::nullopt;
  if (bits < 0 || bits > 128 - offset) return std::nullopt;
  return bits + offset;
}

// The addresses of all X-Forwarded-For lines as one list, since a proxy may append to the line or add another
// (RFC 9110, section 5.3).
std::string joined_values(const Headers& headers, std::string_view name) {
  std::string list;
  for (const auto& [field, value] : headers.fields()) {
    if (!is_equal_word(field, name)) continue;
    if (!list.empty()) list += ',';
    list += value;
  }
  return list;
}

std::string_view last_of(std::string_view list) {
  const auto comma = list.rfind(',');
  return trimmed(comma == std::string_view::npos ? list : list.substr(comma + 1));
}

std::string_view without_last(std::string_view list) {
  const auto comma = list.rfind(',');
  return comma == std::string_view::npos ? std::string_view{} : list.substr(0, comma);
}

std::string forwarded_address(const TrustedProxies& proxies, std::string_view peer, std::string_view list) {
  std::string client(peer);
  for (int hop = 0; hop < most_hops && !list.empty(); ++hop, list = without_last(list)) {
    const auto address = parse_address(last_of(list));
    if (!address) break;
    client = text_of(*address);
    if (!proxies.contains(*address)) break;
  }
  return client;
}

}  // namespace

std::optional<AddressBytes> parse_address(std::string_view text) {
  const auto bare = without_port(text);
  if (bare.empty() || bare.size() >= INET6_ADDRSTRLEN || bare.contains('\0')) return std::nullopt;
  const std::string terminated(bare);
  AddressBytes address{};
  if (::inet_pton(AF_INET6, terminated.c_str(), address.data()) == 1) return address;
  address = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (::inet_pton(AF_INET, terminated.c_str(), address.data() + 12) == 1) return address;
  return std::nullopt;
}

core::Result<TrustedProxies> TrustedProxies::parse(const std::vector<std::string>& networks) {
  TrustedProxies proxies;
  for (const auto& network : networks) {
    const auto slash = network.find('/');
    const auto host = std::string_view(network).substr(0, slash);
    // A port here would be a misunderstanding: connections come from any.
    const auto address = without_port(host) == host ? parse_address(host) : std::nullopt;
    const auto bits = slash == std::string::npos ? std::optional(128)
                      : address                  ? prefix_bits(std::string_view(network).substr(slash + 1), *address)
                                                 : std::nullopt;
    if (!address || !bits) {
      return core::fail(core::invalid_input(
          "trusted_proxies", fmt::format("\"{}\" is neither an IP address nor a network such as 10.0.0.0/8", network)));
    }
    proxies.networks_.push_back({.address = *address, .prefix_bits = *bits});
  }
  return proxies;
}

bool TrustedProxies::contains(const AddressBytes& address) const {
  return std::ranges::any_of(networks_, [&](const Network& network) {
    const auto whole = static_cast<std::size_t>(network.prefix_bits / 8);
    const int rest = network.prefix_bits % 8;
    if (!std::equal(address.begin(), address.begin() + static_cast<std::ptrdiff_t>(whole), network.address.begin()))
      return false;
    return rest == 0 || (address.at(whole) ^ network.address.at(whole)) >> (8 - rest) == 0;
  });
}

bool TrustedProxies::contains(std::string_view address) const {
  if (networks_.empty()) return false;
  const auto parsed = parse_address(address);
  return parsed && contains(*parsed);
}

Client client_behind(const TrustedProxies& proxies, std::string_view peer, const Headers& headers) {
  return {.address = forwarded_address(proxies, peer, joined_values(headers, "X-Forwarded-For")),
          .is_secure = is_equal_word(last_of(joined_values(headers, "X-Forwarded-Proto")), "https")};
}

namespace {

bool is_loopback(std::string_view host) {
  if (host == "localhost" || host.starts_with("localhost:")) return true;
  const auto address = parse_address(host);
  if (!address) return false;
  constexpr AddressBytes v6{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  constexpr AddressBytes v4{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127};
  constexpr int v4_network_bytes = 13;  // 127.0.0.0/8
  return *address == v6 || std::equal(address->begin(), address->begin() + v4_network_bytes, v4.begin());
}

}  // namespace

bool is_local_program(const Request& request) {
  const auto& headers = request.headers;
  const auto has_any = [&](auto... names) { return (headers.has(names) || ...); };
  if (has_any("Origin", "Sec-Fetch-Site", "X-Forwarded-For", "X-Real-IP", "Forwarded", "Via")) return false;
  return is_loopback(request.peer) && is_loopback(headers.get("Host"));
}

}  // namespace sightglass::http
