// From a request's credentials to its caller: access tokens, browser sessions with CSRF, service tokens.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "accounts/caller.hpp"
#include "core/result.hpp"
#include "core/time.hpp"
#include "database/database.hpp"

namespace sightglass::accounts {

// What a request brought. Views live as long as the call.
struct Credentials {
  std::string_view authorization{};  // the whole header: "Bearer …"
  std::string_view cookie{};         // the whole Cookie header
  std::string_view csrf_token{};     // X-CSRF-Token
  bool is_safe_method = true;        // GET and HEAD need no CSRF token
};

class AccessTokens;  // accounts/access_tokens.hpp: signs and checks JWTs

// Thread-safe. Checked credentials are remembered for a few seconds, and forgotten at once when the user, the
// session or the token changes through forget().
class Authenticator {
 public:
  Authenticator(database::Database& database, const AccessTokens& tokens, const core::Clock& clock);
  ~Authenticator();

  // Never blocks. nullopt: not remembered, ask check(). A request without any credentials is answered here with
  // Credential::none. Errors: unauthenticated; permission_denied for a missing or wrong CSRF token.
  std::optional<core::Result<Caller>> check_remembered(const Credentials& credentials);
  // Blocks on the database.
  core::Result<Caller> check(const Credentials& credentials);
  // Drops everything remembered; called after any change to users, sessions or tokens.
  void forget();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sightglass::accounts
