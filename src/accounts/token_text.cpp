#include "accounts/token_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "accounts/secrets.hpp"

namespace sightglass::accounts {
namespace {

constexpr std::size_t hex_length = 32;
constexpr std::size_t secret_length = 43;          // 32 bytes in base64url
constexpr std::size_t refresh_secret_length = 44;  // twice 16 bytes
constexpr std::string_view refresh_text_prefix = "sgr_";

std::string hex_of(const core::Uuid& uuid) {
  auto text = uuid.to_string();
  std::erase(text, '-');
  return text;
}

std::optional<core::Uuid> uuid_from_hex(std::string_view hex) {
  if (hex.size() != hex_length || hex.contains('-')) return std::nullopt;
  return core::Uuid::parse(fmt::format("{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4),
                                       hex.substr(16, 4), hex.substr(20)));
}

bool is_secret(std::string_view text, std::size_t length) {
  return text.size() == length && std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
         });
}

struct IdAndSecret {
  core::Uuid id;
  std::string_view secret;
};

// "<32 hex>_<secret>"
std::optional<IdAndSecret> parse_pair(std::string_view text) {
  if (text.size() != hex_length + 1 + secret_length || text[hex_length] != '_') return std::nullopt;
  const auto id = uuid_from_hex(text.substr(0, hex_length));
  const auto secret = text.substr(hex_length + 1);
  if (!id || !is_secret(secret, secret_length)) return std::nullopt;
  return IdAndSecret{.id = *id, .secret = secret};
}

}  // namespace

std::optional<RefreshText> parse_refresh_text(std::string_view text) {
  if (!text.starts_with(refresh_text_prefix) || text.size() > 128) return std::nullopt;
  text.remove_prefix(refresh_text_prefix.size());
  const auto id = uuid_from_hex(text.substr(0, hex_length));
  if (!id || text.size() <= hex_length || text[hex_length] != '_') return std::nullopt;
  text.remove_prefix(hex_length + 1);
  const auto end = text.find('_');  // the secret may hold underscores, the number cannot
  if (end == text.npos || end == 0 || text[0] == '-') return std::nullopt;
  std::int64_t rotation = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + end, rotation);
  const auto secret = text.substr(end + 1);
  if (error != std::errc{} || stop != text.data() + end || !is_secret(secret, refresh_secret_length))
    return std::nullopt;
  return RefreshText{.session = {*id}, .rotation = rotation, .secret = secret};
}

std::string refresh_text(core::SessionId session, std::int64_t rotation, std::string_view secret) {
  return fmt::format("{}{}_{}_{}", refresh_text_prefix, hex_of(session.value), rotation, secret);
}

std::optional<ServiceText> parse_service_text(std::string_view text) {
  if (!text.starts_with(service_text_prefix)) return std::nullopt;
  const auto pair = parse_pair(text.substr(service_text_prefix.size()));
  if (!pair) return std::nullopt;
  return ServiceText{.token = {pair->id}, .secret = pair->secret};
}

std::string service_text(core::ServiceTokenId token, std::string_view secret) {
  return fmt::format("{}{}_{}", service_text_prefix, hex_of(token.value), secret);
}

std::optional<CookieText> parse_cookie_text(std::string_view text) {
  const auto pair = parse_pair(text);
  if (!pair) return std::nullopt;
  return CookieText{.session = {pair->id}, .secret = pair->secret};
}

std::string cookie_text(core::SessionId session, std::string_view secret) {
  return fmt::format("{}_{}", hex_of(session.value), secret);
}

std::string_view session_cookie_in(std::string_view cookie_header) {
  while (!cookie_header.empty()) {
    const auto end = std::min(cookie_header.find(';'), cookie_header.size());
    auto pair = cookie_header.substr(0, end);
    cookie_header.remove_prefix(std::min(end + 1, cookie_header.size()));
    while (pair.starts_with(' ')) pair.remove_prefix(1);
    if (!pair.starts_with(session_cookie_name)) continue;
    pair.remove_prefix(session_cookie_name.size());
    if (pair.starts_with('=')) return pair.substr(1);
  }
  return {};
}

std::string csrf_token_of_secret(std::string_view secret) {
  return to_base64url(hmac_sha256(secret, "sightglass csrf token"));
}

}  // namespace sightglass::accounts
