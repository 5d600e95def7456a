#include "accounts/authenticator.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

#include "accounts/access_tokens.hpp"
#include "accounts/credential_cache.hpp"
#include "accounts/secrets.hpp"
#include "accounts/token_text.hpp"
#include "database/people.hpp"
#include "telemetry/log.hpp"

namespace sightglass::accounts {
namespace {

// Also the longest that a change made by another process, such as a command, goes unnoticed: forget() reaches only
// this one.
constexpr auto remembered_for = std::chrono::seconds(10);
constexpr auto touch_interval = std::chrono::minutes(1);

std::unexpected<core::Error> unauthenticated(const char* message) {
  return core::fail(core::ErrorCode::unauthenticated, message);
}

// The one credential a request is judged by: a bearer token counts before a cookie.
struct Presented {
  enum class Kind : std::uint8_t { none, malformed, access_token, service_token, cookie };
  Kind kind = Kind::none;
  std::string_view text{};
};

bool starts_with_bearer(std::string_view header) {
  static constexpr std::string_view scheme = "bearer ";
  return header.size() >= scheme.size() && std::ranges::equal(header.substr(0, scheme.size()), scheme, {}, [](char c) {
           return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
         });
}

Presented presented_in(const Credentials& credentials) {
  if (!credentials.authorization.empty()) {
    if (!starts_with_bearer(credentials.authorization)) return {.kind = Presented::Kind::malformed};
    auto token = credentials.authorization.substr(7);
    while (token.starts_with(' ')) token.remove_prefix(1);
    if (token.empty() || token.size() > AccessTokens::max_token_bytes) return {.kind = Presented::Kind::malformed};
    const bool is_service = token.starts_with(service_text_prefix);
    return {.kind = is_service ? Presented::Kind::service_token : Presented::Kind::access_token, .text = token};
  }
  const auto cookie = session_cookie_in(credentials.cookie);
  if (cookie.empty()) return {};
  return {.kind = Presented::Kind::cookie, .text = cookie};
}

// A forged form of another site can send the cookie, but cannot read the token that must stand beside it.
core::Result<void> check_csrf(const Presented& presented, const Credentials& credentials, std::string_view expected) {
  if (presented.kind != Presented::Kind::cookie || credentials.is_safe_method) return {};
  if (equal_in_constant_time(credentials.csrf_token, expected)) return {};
  return core::fail(core::ErrorCode::permission_denied,
                    "The header X-CSRF-Token is missing or wrong. Reload the page and try again.");
}

bool has_ended(const core::SignInSession& session, core::Instant now) {
  return session.revoked_at.has_value() || now >= session.expires_at;
}

}  // namespace

struct Authenticator::Impl {
  database::Database& database;
  const AccessTokens& tokens;
  const core::Clock& clock;
  CredentialCache cache{};

  core::Result<Remembered> look_up(const Presented& presented, core::Instant now);
  core::Result<Remembered> check_access_token(std::string_view token, core::Instant now);
  core::Result<Remembered> check_cookie(std::string_view cookie, core::Instant now);
  core::Result<Remembered> check_service_token(std::string_view token, core::Instant now);
  void touch(const core::ServiceToken& token, core::Instant now);
};

Authenticator::Authenticator(database::Database& database, const AccessTokens& tokens, const core::Clock& clock)
    : impl_(std::make_unique<Impl>(database, tokens, clock)) {}

Authenticator::~Authenticator() = default;

std::optional<core::Result<Caller>> Authenticator::check_remembered(const Credentials& credentials) {
  const auto presented = presented_in(credentials);
  if (presented.kind == Presented::Kind::none) return core::Result<Caller>(Caller{});
  if (presented.kind == Presented::Kind::malformed)
    return core::Result<Caller>(unauthenticated("The Authorization header must be: Bearer, a space, a token."));
  auto found = impl_->cache.find(presented.text, impl_->clock.now());
  if (!found) return std::nullopt;
  if (auto checked = check_csrf(presented, credentials, found->csrf_token); !checked)
    return core::Result<Caller>(std::unexpected(checked.error()));
  return core::Result<Caller>(std::move(found->caller));
}

core::Result<Caller> Authenticator::check(const Credentials& credentials) {
  if (auto known = check_remembered(credentials)) return std::move(*known);
  const auto presented = presented_in(credentials);
  const auto now = impl_->clock.now();
  // Before the database is read: what changes meanwhile makes the answer stale, and it is not remembered.
  const auto epoch = impl_->cache.epoch();
  SG_ASSIGN(auto found, impl_->look_up(presented, now));
  found.until = std::min(found.until, now + remembered_for);
  impl_->cache.remember(presented.text, found, epoch, now);
  SG_TRY(check_csrf(presented, credentials, found.csrf_token));
  return std::move(found.caller);
}

void Authenticator::forget() { impl_->cache.forget(); }

core::Result<Remembered> Authenticator::Impl::look_up(const Presented& presented, core::Instant now) {
  switch (presented.kind) {
    case Presented::Kind::access_token: return check_access_token(presented.text, now);
    case Presented::Kind::service_token: return check_service_token(presented.text, now);
    case Presented::Kind::cookie: return check_cookie(presented.text, now);
    case Presented::Kind::none:
    case Presented::Kind::malformed: break;  // answered before
  }
  return unauthenticated("Sign in first.");
}

// The signature proves who signed in; what that user may do today is read from the database.
core::Result<Remembered> Authenticator::Impl::check_access_token(std::string_view token, core::Instant now) {
  SG_ASSIGN(const auto claims, tokens.verify(token, now));
  return database.read([&](database::Session& session) -> core::Result<Remembered> {
    SG_ASSIGN(const auto user, database::users::find(session, claims.user));
    SG_ASSIGN(const auto sign_in, database::sign_ins::find(session, claims.session));
    if (!user || user->is_disabled || user->generation != claims.generation)
      return unauthenticated("The account has changed since this token was made. Sign in again.");
    if (!sign_in || sign_in->user_id != user->id || has_ended(*sign_in, now))
      return unauthenticated("The session has ended. Sign in again.");
    auto caller = caller_of(*user, Credential::access_token);
    caller.session = sign_in->id;
    return Remembered{.caller = std::move(caller), .until = claims.expires_at};
  });
}

core::Result<Remembered> Authenticator::Impl::check_cookie(std::string_view cookie, core::Instant now) {
  const auto parsed = parse_cookie_text(cookie);
  if (!parsed) return unauthenticated("The session cookie is not one of ours. Sign in again.");
  return database.read([&](database::Session& session) -> core::Result<Remembered> {
    SG_ASSIGN(const auto sign_in, database::sign_ins::find(session, parsed->session));
    if (!sign_in || !sign_in->is_browser || has_ended(*sign_in, now) ||
        !equal_in_constant_time(sign_in->secret_hash, sha256_of(parsed->secret)))
      return unauthenticated("The session has ended. Sign in again.");
    SG_ASSIGN(const auto user, database::users::find(session, sign_in->user_id));
    // No look at the generation: a new password revokes these sessions themselves.
    if (!user || user->is_disabled) return unauthenticated("The account is disabled.");
    auto caller = caller_of(*user, Credential::browser_session);
    caller.session = sign_in->id;
    return Remembered{
        .caller = std::move(caller), .csrf_token = csrf_token_of_secret(parsed->secret), .until = sign_in->expires_at};
  });
}

core::Result<Remembered> Authenticator::Impl::check_service_token(std::string_view text, core::Instant now) {
  const auto parsed = parse_service_text(text);
  if (!parsed) return unauthenticated("The service token is malformed.");
  core::ServiceToken token;
  auto outcome = database.read([&](database::Session& session) -> core::Result<Remembered> {
    SG_ASSIGN(auto found, database::service_tokens::find(session, parsed->token));
    if (!found || !equal_in_constant_time(found->secret_hash, sha256_of(parsed->secret)) || found->revoked_at ||
        (found->expires_at && now >= *found->expires_at))
      // One answer for all: nobody learns which ids there are.
      return unauthenticated("The service token is unknown, revoked or expired.");
    SG_ASSIGN(const auto owner, database::users::find(session, found->owner));
    if (!owner || owner->is_disabled) return unauthenticated("The service token's owner is disabled.");
    token = std::move(*found);
    auto caller = caller_of(*owner, Credential::service_token);
    caller.name = owner->name + "/" + token.name;
    // The owner's role of now: a token does not outlive a demotion.
    caller.role = std::min(token.role, owner->role);
    caller.owner_role = owner->role;
    caller.scopes = token.scopes;
    return Remembered{.caller = std::move(caller), .until = token.expires_at.value_or(core::Instant::max())};
  });
  if (outcome) touch(token, now);
  return outcome;
}

// At most once a minute. That it failed is no reason to refuse the request.
void Authenticator::Impl::touch(const core::ServiceToken& token, core::Instant now) {
  if (token.last_used_at && now - *token.last_used_at < touch_interval) return;
  auto touched = database.write(
      [&](database::Session& session) { return database::service_tokens::touch(session, token.id, now); });
  if (!touched) telemetry::log_warning("use of a service token not noted", {{"error", touched.error().message}});
}

}  // namespace sightglass::accounts
