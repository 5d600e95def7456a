// Signing in and out: passwords into access and refresh tokens or into a browser session.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "accounts/audit_log.hpp"
#include "accounts/authenticator.hpp"
#include "accounts/caller.hpp"
#include "accounts/passwords.hpp"
#include "core/records.hpp"
#include "core/result.hpp"
#include "core/time.hpp"
#include "database/database.hpp"

namespace sightglass::accounts {

struct SignInLimits {
  std::chrono::seconds access_token_lifetime = std::chrono::minutes(15);
  std::chrono::seconds refresh_lifetime = std::chrono::days(30);  // from the latest use: a chain in use lives on
  std::chrono::seconds browser_lifetime = std::chrono::days(7);   // fixed, from the sign-in
  std::int32_t attempts_per_minute = 10;  // of failed ones, per user name and network; tenfold for each by itself
};

struct TokenPair {
  std::string access_token{};
  std::chrono::seconds expires_in{};
  std::string refresh_token{};  // "sgr_<session>_<rotation>_<secret>"
};

struct BrowserSession {
  std::string cookie{};  // the value of sightglass_session
  std::string csrf_token{};
  core::Instant expires_at{};
  core::User user{};
};

// Thread-safe. Everything here blocks on the database; the sign-ins also for one password hash.
class SignIn {
 public:
  SignIn(database::Database& database, const AccessTokens& tokens, Authenticator& authenticator, AuditLog& audit,
         Passwords& passwords, const core::Clock& clock, SignInLimits limits = {});
  ~SignIn();

  // unauthenticated for a wrong name or password and for a disabled user, all with the same words and cost;
  // quota_exceeded after too many failures, see wait_before_login().
  core::Result<TokenPair> login(std::string_view name, std::string_view password, const Origin& origin);
  core::Result<BrowserSession> begin_browser_session(std::string_view name, std::string_view password,
                                                     const Origin& origin);
  // Seconds until the next attempt is heard, for Retry-After; 0 when it would be heard now. Never blocks.
  std::chrono::seconds wait_before_login(std::string_view name, std::string_view peer) const;

  // What another node told of a failure there (database::Channel::sign_in_failures): it counts here too, so that the
  // limits are those of the installation and not of each node. Anything else is ignored. Never blocks for long.
  void hear_of_failure(std::string_view payload);

  // Each refresh token works once. One that was used before revokes its whole chain: either the client or a
  // thief holds a copy, and nobody can tell which. Of two requests that bring the same token at the same moment
  // one gets the new pair; the other is refused, and the chain lives on when the two truly overlapped.
  core::Result<TokenPair> refresh(std::string_view refresh_token, const Origin& origin);

  // Ends the caller's session, with its refresh tokens and access tokens. Harmless when it has none.
  core::Result<void> logout(const Caller& caller, const Origin& origin);
  // Checks the password of the user who is signed in already, under the same rate limit.
  core::Result<void> confirm_password(const core::User& user, std::string_view password, const Origin& origin);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// The CSRF token of a browser session, from the whole Cookie header; empty without a session cookie. It is an
// HMAC of a fixed text under the cookie's secret, so it needs no storage and says nothing about the cookie.
std::string csrf_token_of(std::string_view cookie_header);

}  // namespace sightglass::accounts
