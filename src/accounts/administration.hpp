// First-run set-up, users and service tokens: every change is checked, written and audited in one transaction.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/audit_log.hpp"
#include "accounts/authenticator.hpp"
#include "accounts/caller.hpp"
#include "accounts/passwords.hpp"
#include "accounts/rate_limit.hpp"
#include "core/records.hpp"
#include "core/result.hpp"
#include "core/time.hpp"
#include "database/database.hpp"

namespace sightglass::accounts {

class SignIn;

struct NewUser {
  std::string name{};
  std::string password{};
  core::Role role = core::Role::viewer;
};

// Absent members stay as they are.
struct UserChange {
  std::optional<core::Role> role{};
  std::optional<bool> is_disabled{};
  std::optional<std::string> password{};
};

struct NewToken {
  std::string name{};  // 1–200 bytes without control characters, for people
  std::vector<std::string> scopes{};
  std::optional<core::Role> role{};  // the maker's when absent
  std::optional<core::Instant> expires_at{};
};

struct CreatedToken {
  core::ServiceToken token{};
  std::string secret{};  // "sgt_<id>_<43 base64url characters>": shown once, stored only as its hash
};

// Thread-safe. Everything blocks on the database, and where a password is set, for one hash.
class Administration {
 public:
  // `code_key` is a secret of the installation, the same on all nodes, from which the set-up code is derived.
  Administration(database::Database& database, Authenticator& authenticator, AuditLog& audit, Passwords& passwords,
                 const core::Clock& clock, std::string code_key);

  // At start: the one-time code to print when no active administrator exists, else nullopt. The same on every node and
  // after every restart until there is an administrator, and another one when there is none again.
  core::Result<std::optional<std::string>> prepare_first_run();
  core::Result<bool> needs_setup();
  // permission_denied for a wrong code, conflict when an administrator exists, quota_exceeded after ten wrong
  // codes in a minute.
  core::Result<core::User> set_up(std::string_view code, const NewUser& administrator, const Origin& origin);

  // For administrators. conflict: a name in use, or the last active administrator would be gone.
  core::Result<core::User> create_user(const Caller& caller, const NewUser& user, const Origin& origin);
  core::Result<std::vector<core::User>> list_users(const Caller& caller);
  core::Result<core::User> find_user(const Caller& caller, core::UserId id);
  core::Result<core::User> find_user_by_name(const Caller& caller, std::string_view name);
  // For the command line: it makes tokens in a user's name, with that user's rights. not_found; conflict when the
  // user is disabled.
  core::Result<Caller> command_line_for(std::string_view user_name);
  // Access tokens made before the change die; with a new password or when disabled, every session ends too.
  core::Result<core::User> change_user(const Caller& caller, core::UserId id, const UserChange& change,
                                       const Origin& origin);

  // For the caller's own account. Every other session of the user ends, and all access tokens: who holds one
  // refreshes it. invalid_input for a wrong current password.
  core::Result<void> change_own_password(const Caller& caller, std::string_view current, std::string_view wanted,
                                         SignIn& sign_in, const Origin& origin);
  core::Result<core::User> own_user(const Caller& caller);

  // Signed-in people only, never a token. A token gets no scope or role its maker lacks.
  core::Result<CreatedToken> create_token(const Caller& caller, const NewToken& token, const Origin& origin);
  // The caller's own; administrators see all.
  core::Result<std::vector<core::ServiceToken>> list_tokens(const Caller& caller);
  core::Result<void> revoke_token(const Caller& caller, core::ServiceTokenId id, const Origin& origin);

 private:
  core::Result<std::string> code();
  core::Result<void> check_code(std::string_view code, const Origin& origin);
  core::Result<core::User> insert_user(database::Session& session, const Caller& caller, const core::User& user,
                                       const Origin& origin);
  core::Result<core::User> make_user(const NewUser& wanted);

  database::Database& database_;
  Authenticator& authenticator_;
  AuditLog& audit_;
  Passwords& passwords_;
  const core::Clock& clock_;
  std::string code_key_;
  RateLimit code_attempts_;
};

}  // namespace sightglass::accounts
