// The texts of our opaque credentials: refresh tokens, service tokens, session cookies.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/ids.hpp"

namespace sightglass::accounts {

// The views point into the text that was parsed. Parsing says nothing about whether a secret is right.

struct RefreshText {  // "sgr_<32 hex>_<rotation>_<44 base64url>"
  core::SessionId session{};
  std::int64_t rotation = 0;
  std::string_view secret{};
};
std::optional<RefreshText> parse_refresh_text(std::string_view text);
std::string refresh_text(core::SessionId session, std::int64_t rotation, std::string_view secret);

struct ServiceText {  // "sgt_<32 hex>_<43 base64url>"
  core::ServiceTokenId token{};
  std::string_view secret{};
};
inline constexpr std::string_view service_text_prefix = "sgt_";
std::optional<ServiceText> parse_service_text(std::string_view text);
std::string service_text(core::ServiceTokenId token, std::string_view secret);

struct CookieText {  // "<32 hex>_<43 base64url>"
  core::SessionId session{};
  std::string_view secret{};
};
inline constexpr std::string_view session_cookie_name = "sightglass_session";
std::optional<CookieText> parse_cookie_text(std::string_view text);
std::string cookie_text(core::SessionId session, std::string_view secret);
// The session cookie's value in a whole Cookie header (RFC 6265, section 4.2.1); empty when it is not there.
std::string_view session_cookie_in(std::string_view cookie_header);
// The CSRF token that belongs to a session cookie's secret: an HMAC of a fixed text.
std::string csrf_token_of_secret(std::string_view secret);

}  // namespace sightglass::accounts
