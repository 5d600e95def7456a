// Access tokens: JWTs (RFC 7519) signed with HMAC-SHA-256, and nothing else, ever (RFC 8725, section 3.1).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "core/ids.hpp"
#include "core/records.hpp"
#include "core/result.hpp"
#include "core/time.hpp"

namespace sightglass::accounts {

// What a token says. `role` and `name` are for clients to show; rights are read from the database.
struct AccessClaims {
  core::UserId user{};
  std::string name{};
  core::Role role = core::Role::viewer;
  std::int64_t generation = 0;  // of the user when the token was made; dead when the user's is higher
  core::SessionId session{};
  core::Instant issued_at{};   // whole seconds
  core::Instant expires_at{};  // whole seconds
};

// Thread-safe; immutable after open().
class AccessTokens {
 public:
  static constexpr std::size_t max_token_bytes = 4096;
  static constexpr std::chrono::seconds leeway{5};  // for clocks that disagree, on `iat` and `exp`

  // Blocks. Reads `key_file` (DATA/keys/jwt.key), or makes it with 32 random bytes and mode 0600.
  // permission_denied when others than its owner may read it; internal when it is too short or unreadable.
  static core::Result<AccessTokens> open(const std::filesystem::path& key_file);
  // `key`: 32 bytes or more.
  explicit AccessTokens(std::string key) : key_(std::move(key)) {}

  core::Result<std::string> sign(const AccessClaims& claims) const;
  // unauthenticated for anything this key did not sign with HS256, for another issuer, for a token out of its
  // time, and for more than max_token_bytes.
  core::Result<AccessClaims> verify(std::string_view token, core::Instant now) const;
  // 32 bytes for another purpose, which tell nothing of the signing key (HKDF's expand step, RFC 5869).
  std::string derive_key(std::string_view purpose) const;

 private:
  std::string key_;
};

}  // namespace sightglass::accounts
