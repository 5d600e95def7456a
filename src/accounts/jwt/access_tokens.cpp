#include "accounts/access_tokens.hpp"

#include <fmt/format.h>
#include <jwt/jwt.hpp>

#include <algorithm>
#include <array>
#include <exception>
#include <optional>
#include <stdexcept>

#include "accounts/secret_file.hpp"
#include "accounts/secrets.hpp"

namespace sightglass::accounts {
namespace {

constexpr std::string_view issuer = "sightglass";
constexpr std::size_t shortest_key = 32;  // RFC 7518, section 3.2: as long as the hash

std::unexpected<core::Error> refused(std::string cause) {
  return core::fail(core::Error{.code = core::ErrorCode::unauthenticated,
                                .message = "The access token is not valid. Sign in again.",
                                .cause = std::move(cause)});
}

std::int64_t seconds_of(core::Instant instant) { return core::to_micros(instant) / 1'000'000; }
core::Instant from_seconds(std::int64_t seconds) { return core::from_micros(seconds * 1'000'000); }

struct Parts {
  std::string_view header;
  std::string_view payload;
  std::string_view signature;
  std::string_view signed_text;
};

// Only characters that base64url knows get further: the library's decoder indexes a table with them.
std::optional<Parts> split(std::string_view token) {
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  };
  if (!std::ranges::all_of(token, is_allowed)) return std::nullopt;
  const auto first = token.find('.');
  const auto second = first == token.npos ? token.npos : token.find('.', first + 1);
  if (second == token.npos || token.find('.', second + 1) != token.npos) return std::nullopt;
  return Parts{.header = token.substr(0, first),
               .payload = token.substr(first + 1, second - first - 1),
               .signature = token.substr(second + 1),
               .signed_text = token.substr(0, second)};
}

// Asks first: the library aborts the process over a claim that is not there.
template <typename T>
T claim(const jwt::jwt_payload& payload, const std::string& name) {
  if (!payload.has_claim(name)) throw std::runtime_error("without the claim " + name);
  return payload.get_claim_value<T>(name);
}

AccessClaims read_claims(const jwt::jwt_payload& payload) {
  const auto text = [&](const char* name) { return claim<std::string>(payload, name); };
  const auto number = [&](const char* name) { return claim<std::int64_t>(payload, name); };
  AccessClaims claims;
  claims.user = core::UserId::parse(text("sub")).value();
  claims.name = text("name");
  claims.role = core::role_from_name(text("role")).value();
  claims.generation = number("gen");
  claims.session = core::SessionId::parse(text("sid")).value();
  claims.issued_at = from_seconds(number("iat"));
  claims.expires_at = from_seconds(number("exp"));
  if (text("iss") != issuer) throw std::runtime_error("another issuer");
  return claims;
}

// The signature is known to be ours here. The header still has to say what we sign with: a token of another
// algorithm made with our key by mistake must not pass.
core::Result<AccessClaims> decode(const Parts& parts) {
  try {
    jwt::jwt_header header;
    header.decode(jwt::string_view(parts.header.data(), parts.header.size()));
    if (header.algo() != jwt::algorithm::HS256) return refused("its algorithm is not HS256");
    jwt::jwt_payload payload;
    payload.decode(jwt::string_view(parts.payload.data(), parts.payload.size()));
    return read_claims(payload);
  } catch (const std::exception& error) {
    return refused(error.what());
  }
}

}  // namespace

core::Result<AccessTokens> AccessTokens::open(const std::filesystem::path& key_file) {
  SG_ASSIGN(auto key, read_or_make_secret(key_file, [] { return random_bytes(shortest_key); }));
  if (key.size() < shortest_key)
    return core::fail(core::internal_error(
        fmt::format("{} holds {} bytes; a signing key has at least {}. Move it away and start again: a new one is "
                    "made, and everybody signs in again.",
                    key_file.string(), key.size(), shortest_key)));
  return AccessTokens(std::move(key));
}

core::Result<std::string> AccessTokens::sign(const AccessClaims& claims) const {
  try {
    jwt::jwt_object token{jwt::params::algorithm("HS256"), jwt::params::secret(key_)};
    token.add_claim("sub", claims.user.to_string());
    token.add_claim("name", claims.name);
    token.add_claim("role", std::string(core::name_of(claims.role)));
    token.add_claim("gen", claims.generation);
    token.add_claim("sid", claims.session.to_string());
    token.add_claim("iat", seconds_of(claims.issued_at));
    token.add_claim("exp", seconds_of(claims.expires_at));
    token.add_claim("iss", std::string(issuer));
    // Two tokens of one session and second still differ.
    token.add_claim("jti", to_base64url(random_bytes(12)));
    return token.signature();
  } catch (const std::exception& error) {
    return core::fail(core::internal_error("An access token could not be signed.", error.what()));
  }
}

core::Result<AccessClaims> AccessTokens::verify(std::string_view token, core::Instant now) const {
  if (token.size() > max_token_bytes) return refused("longer than any of ours");
  const auto parts = split(token);
  if (!parts) return refused("not three parts of base64url");
  // Checked here, in constant time and before anything inside is parsed: the library compares byte by byte.
  if (!equal_in_constant_time(to_base64url(hmac_sha256(key_, parts->signed_text)), parts->signature))
    return refused("not signed with our key");
  SG_ASSIGN(auto claims, decode(*parts));
  if (now >= claims.expires_at + leeway)
    return core::fail(core::ErrorCode::unauthenticated, "The access token has expired. Refresh it or sign in again.");
  if (now + leeway < claims.issued_at) return refused("from the future");
  return claims;
}

std::string AccessTokens::derive_key(std::string_view purpose) const {
  return hmac_sha256(key_, std::string(purpose) + '\x01');
}

}  // namespace sightglass::accounts
