#include "accounts/sign_in.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "accounts/access_tokens.hpp"
#include "accounts/rate_limit.hpp"
#include "accounts/secrets.hpp"
#include "accounts/token_text.hpp"
#include "database/people.hpp"
#include "database/signals.hpp"
#include "telemetry/log.hpp"

namespace sightglass::accounts {
namespace {

constexpr std::int32_t wide_factor = 10;  // a hundred failures a minute by default: still no way to guess a password

std::unexpected<core::Error> unauthenticated(const char* message) {
  return core::fail(core::ErrorCode::unauthenticated, message);
}

std::unexpected<core::Error> wrong_name_or_password() {
  return unauthenticated("The user name or the password is wrong.");
}

std::string lower(std::string_view name) {
  std::string text(name.substr(0, 64));
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

// 64 characters, which is what bucket keys are cut to: a long name must not be part of one as it is.
std::string bucket_key(std::string_view name, std::string_view network) {
  return sha256_of(lower(name) + '\n' + std::string(network)).to_hex();
}

// JWT times are whole seconds.
core::Instant whole_seconds(core::Instant instant) { return std::chrono::floor<std::chrono::seconds>(instant); }

AuditEvent session_event(std::string action, core::SessionId session) {
  return {.action = std::move(action), .object_type = "session", .object_id = session.to_string()};
}

// A live chain of refresh tokens and whose it is.
struct Chain {
  core::SignInSession session{};
  core::User user{};
};

}  // namespace

struct SignIn::Impl {
  database::Database& database;
  const AccessTokens& tokens;
  Authenticator& authenticator;
  AuditLog& audit;
  Passwords& passwords;
  const core::Clock& clock;
  SignInLimits limits;
  std::string node;         // of this process alone, so that it knows its own failures again
  std::string refresh_key;  // authenticates refresh tokens of every rotation, old ones included
  // Who guesses at one name is stopped where he is; the wide limits stop who guesses at many names, or from many
  // networks, without letting ten wrong passwords keep the right one out everywhere.
  RateLimit by_pair{limits.attempts_per_minute};
  RateLimit by_network{wide(limits.attempts_per_minute)};
  RateLimit by_name{wide(limits.attempts_per_minute)};

  static std::int32_t wide(std::int32_t per_minute) { return per_minute * wide_factor; }
  struct Bucket {
    RateLimit& limit;
    std::string key;
  };
  std::array<Bucket, 3> buckets_for(std::string_view name, std::string_view peer) {
    const auto network = network_of(peer);
    return {Bucket{by_pair, bucket_key(name, network)}, Bucket{by_network, bucket_key("", network)},
            Bucket{by_name, bucket_key(name, "")}};
  }
  core::Result<void> throttle(std::string_view name, const Origin& origin);
  core::Result<core::User> check_password(std::string_view name, std::string_view password, const Origin& origin);
  core::Result<bool> is_right(const std::optional<core::User>& user, std::string_view password);
  void give_back(std::string_view name, const Origin& origin);
  void tell_of_failure(std::string_view name, const Origin& origin);
  std::chrono::seconds wait(std::string_view name, std::string_view peer);
  std::optional<std::string> stronger_hash(const core::User& user, std::string_view password);
  core::Result<void> begin(const core::SignInSession& begun, const core::User& user,
                           const std::optional<std::string>& rehashed, const Origin& origin);

  std::string refresh_mac(core::SessionId session, std::int64_t rotation, std::string_view random) const;
  std::string make_refresh_secret(core::SessionId session, std::int64_t rotation) const;
  bool is_genuine(const RefreshText& token) const;
  core::Result<TokenPair> make_pair(const core::User& user, core::SessionId session, std::int64_t rotation,
                                    std::string_view secret) const;
  core::Result<std::optional<Chain>> find_chain(core::SessionId id);
  core::Result<TokenPair> rotate(const Chain& chain);
  core::Result<void> revoke_chain(const Chain& chain, const Origin& origin);
};

SignIn::SignIn(database::Database& database, const AccessTokens& tokens, Authenticator& authenticator, AuditLog& audit,
               Passwords& passwords, const core::Clock& clock, SignInLimits limits)
    : impl_(std::make_unique<Impl>(database, tokens, authenticator, audit, passwords, clock, limits,
                                   to_base64url(random_bytes(9)), tokens.derive_key("refresh tokens"))) {}

SignIn::~SignIn() = default;

core::Result<TokenPair> SignIn::login(std::string_view name, std::string_view password, const Origin& origin) {
  SG_ASSIGN(const auto user, impl_->check_password(name, password, origin));
  const auto now = impl_->clock.now();
  core::SignInSession chain{.id = core::SessionId::make(now), .user_id = user.id, .is_browser = false};
  const auto secret = impl_->make_refresh_secret(chain.id, 0);
  chain.secret_hash = sha256_of(secret);
  chain.created_at = now;
  chain.expires_at = now + impl_->limits.refresh_lifetime;
  SG_TRY(impl_->begin(chain, user, impl_->stronger_hash(user, password), origin));
  return impl_->make_pair(user, chain.id, 0, secret);
}

core::Result<BrowserSession> SignIn::begin_browser_session(std::string_view name, std::string_view password,
                                                           const Origin& origin) {
  SG_ASSIGN(auto user, impl_->check_password(name, password, origin));
  const auto now = impl_->clock.now();
  const auto secret = to_base64url(random_bytes(32));
  const core::SignInSession begun{.id = core::SessionId::make(now),
                                  .user_id = user.id,
                                  .is_browser = true,
                                  .secret_hash = sha256_of(secret),
                                  .created_at = now,
                                  .expires_at = now + impl_->limits.browser_lifetime};
  SG_TRY(impl_->begin(begun, user, impl_->stronger_hash(user, password), origin));
  return BrowserSession{.cookie = cookie_text(begun.id, secret),
                        .csrf_token = csrf_token_of_secret(secret),
                        .expires_at = begun.expires_at,
                        .user = std::move(user)};
}

std::chrono::seconds SignIn::wait_before_login(std::string_view name, std::string_view peer) const {
  return impl_->wait(name, peer);
}

std::chrono::seconds SignIn::Impl::wait(std::string_view name, std::string_view peer) {
  std::chrono::seconds longest{0};
  for (const auto& [limit, key] : buckets_for(name, peer)) longest = std::max(longest, limit.wait(key, clock.now()));
  return longest;
}

// The attempt is counted before the password is looked at, so that many at once cannot slip past the limits; a
// right one is given back. What one limit refuses counts in none.
core::Result<void> SignIn::Impl::throttle(std::string_view name, const Origin& origin) {
  const auto now = clock.now();
  auto buckets = buckets_for(name, origin.peer);
  auto verdict = RateLimit::Verdict::allowed;
  for (std::size_t taken = 0; taken < buckets.size() && verdict == RateLimit::Verdict::allowed; ++taken) {
    verdict = buckets.at(taken).limit.take(buckets.at(taken).key, now);
    if (verdict == RateLimit::Verdict::allowed) continue;
    for (std::size_t i = 0; i < taken; ++i) buckets.at(i).limit.give_back(buckets.at(i).key, now);
  }
  if (verdict == RateLimit::Verdict::allowed) return {};
  // Only the first refusal is written: a flood must not become a flood of rows.
  if (verdict == RateLimit::Verdict::first_refused) {
    const Caller claimed{.name = std::string(name)};
    SG_TRY(audit.record(claimed, origin, {.action = "auth.rate_limited", .object_type = "user"}));
  }
  return core::fail(core::ErrorCode::quota_exceeded, fmt::format("Too many failed sign-ins. Try again in {} seconds.",
                                                                 std::max(wait(name, origin.peer).count(), 1L)));
}

void SignIn::Impl::give_back(std::string_view name, const Origin& origin) {
  for (const auto& [limit, key] : buckets_for(name, origin.peer)) limit.give_back(key, clock.now());
}

// Untold, it counts here alone.
void SignIn::Impl::tell_of_failure(std::string_view name, const Origin& origin) {
  std::string payload = node;
  for (const auto& bucket : buckets_for(name, origin.peer)) payload += ' ' + bucket.key;
  const auto told = database.write_guarded([&](database::Session& session) {
    return database::notify(session, database::Channel::sign_in_failures, payload);
  });
  if (!told) telemetry::log_warning("a failed sign-in was not told to other nodes", {{"cause", told.error().cause}});
}

void SignIn::hear_of_failure(std::string_view payload) {
  constexpr std::size_t key_length = 64;
  const auto end_of_node = std::min(payload.find(' '), payload.size());
  if (payload.substr(0, end_of_node) == impl_->node) return;
  auto keys = payload.substr(end_of_node);
  const std::array<RateLimit*, 3> limits{&impl_->by_pair, &impl_->by_network, &impl_->by_name};
  if (keys.size() != limits.size() * (1 + key_length)) return;
  for (auto* const limit : limits) {
    limit->take(keys.substr(1, key_length), impl_->clock.now());
    keys.remove_prefix(1 + key_length);
  }
}

core::Result<bool> SignIn::Impl::is_right(const std::optional<core::User>& user, std::string_view password) {
  // Nobody's password is longer than 256 bytes; hashing a megabyte would only cost time.
  SG_ASSIGN(const bool matches, passwords.matches(password.substr(0, 512), user ? user->password_hash : ""));
  return matches && user && !user->is_disabled;
}

core::Result<core::User> SignIn::Impl::check_password(std::string_view name, std::string_view password,
                                                      const Origin& origin) {
  SG_TRY(throttle(name, origin));
  SG_ASSIGN(auto user,
            database.read([&](database::Session& session) { return database::users::find_by_name(session, name); }));
  const auto right = is_right(user, password);
  // An overload is not the visitor's failure.
  if (!right || *right) give_back(name, origin);
  if (!right) return std::unexpected(right.error());
  if (*right) return std::move(*user);
  const Caller claimed{.name = std::string(name)};
  SG_TRY(audit.record(claimed, origin, {.action = "auth.login_failed", .object_type = "user"}));
  tell_of_failure(name, origin);
  return wrong_name_or_password();
}

std::optional<std::string> SignIn::Impl::stronger_hash(const core::User& user, std::string_view password) {
  if (!passwords.needs_rehash(user.password_hash)) return std::nullopt;
  auto hash = passwords.hash(password);
  if (hash) return std::move(*hash);
  telemetry::log_warning("password hash not renewed", {{"user", user.name}, {"error", hash.error().message}});
  return std::nullopt;  // the next sign-in tries again
}

// The user is read again: between the password's check and now somebody may have changed or disabled it.
core::Result<void> SignIn::Impl::begin(const core::SignInSession& begun, const core::User& user,
                                       const std::optional<std::string>& rehashed, const Origin& origin) {
  return database.write([&](database::Session& session) -> core::Result<void> {
    SG_ASSIGN(auto current, database::users::find(session, user.id));
    if (!current || current->is_disabled || current->generation != user.generation) return wrong_name_or_password();
    if (rehashed) {
      current->password_hash = *rehashed;
      SG_TRY(database::users::update(session, *current));
    }
    SG_TRY(database::sign_ins::insert(session, begun));
    const auto caller = caller_of(*current, begun.is_browser ? Credential::browser_session : Credential::access_token);
    return audit.append(session, caller, origin, session_event("auth.login", begun.id));
  });
}

// A refresh secret is 16 random bytes, and a MAC that binds them to their chain and place in it. The newest is
// known by its stored hash; the MAC tells an older one of ours from a guess, so that nobody can revoke a chain
// by knowing its id alone.
std::string SignIn::Impl::refresh_mac(core::SessionId session, std::int64_t rotation, std::string_view random) const {
  const auto mac = hmac_sha256(refresh_key, fmt::format("{}/{}/{}", session.to_string(), rotation, random));
  return to_base64url(std::string_view(mac).substr(0, 16));
}

std::string SignIn::Impl::make_refresh_secret(core::SessionId session, std::int64_t rotation) const {
  const auto random = to_base64url(random_bytes(16));
  return random + refresh_mac(session, rotation, random);
}

bool SignIn::Impl::is_genuine(const RefreshText& token) const {
  const auto half = token.secret.size() / 2;
  return equal_in_constant_time(token.secret.substr(half),
                                refresh_mac(token.session, token.rotation, token.secret.substr(0, half)));
}

core::Result<TokenPair> SignIn::Impl::make_pair(const core::User& user, core::SessionId session, std::int64_t rotation,
                                                std::string_view secret) const {
  const auto now = whole_seconds(clock.now());
  SG_ASSIGN(auto access, tokens.sign({.user = user.id,
                                      .name = user.name,
                                      .role = user.role,
                                      .generation = user.generation,
                                      .session = session,
                                      .issued_at = now,
                                      .expires_at = now + limits.access_token_lifetime}));
  return TokenPair{.access_token = std::move(access),
                   .expires_in = limits.access_token_lifetime,
                   .refresh_token = refresh_text(session, rotation, secret)};
}

core::Result<void> SignIn::Impl::revoke_chain(const Chain& chain, const Origin& origin) {
  SG_TRY(database.write([&](database::Session& session) -> core::Result<void> {
    SG_TRY(database::sign_ins::revoke(session, chain.session.id, clock.now()));
    return audit.append(session, caller_of(chain.user, Credential::none), origin,
                        session_event("auth.refresh_reused", chain.session.id));
  }));
  authenticator.forget();
  telemetry::log_warning("refresh token used twice; its chain is revoked",
                         {{"user", chain.user.name}, {"request_id", origin.request_id}});
  return {};
}

core::Result<std::optional<Chain>> SignIn::Impl::find_chain(core::SessionId id) {
  return database.read([&](database::Session& session) -> core::Result<std::optional<Chain>> {
    SG_ASSIGN(const auto found, database::sign_ins::find(session, id));
    if (!found || found->is_browser || found->revoked_at || clock.now() >= found->expires_at) return std::nullopt;
    SG_ASSIGN(auto user, database::users::find(session, found->user_id));
    if (!user || user->is_disabled) return std::nullopt;
    return Chain{.session = *found, .user = std::move(*user)};
  });
}

core::Result<TokenPair> SignIn::Impl::rotate(const Chain& chain) {
  const auto used = chain.session.rotation;
  const auto secret = make_refresh_secret(chain.session.id, used + 1);
  SG_ASSIGN(const bool is_first, database.write([&](database::Session& session) {
    return database::sign_ins::rotate(session, chain.session.id, used, sha256_of(secret),
                                      clock.now() + limits.refresh_lifetime);
  }));
  // Another request with this token came between our reading and our writing: it has the new pair.
  if (!is_first) return unauthenticated("Another request has refreshed this session just now. Use its answer.");
  return make_pair(chain.user, chain.session.id, used + 1, secret);
}

core::Result<TokenPair> SignIn::refresh(std::string_view refresh_token, const Origin& origin) {
  const auto refused = [] { return unauthenticated("The refresh token is not valid any more. Sign in again."); };
  const auto token = parse_refresh_text(refresh_token);
  if (!token || !impl_->is_genuine(*token)) return refused();
  SG_ASSIGN(const auto chain, impl_->find_chain(token->session));
  if (!chain) return refused();
  // Ours, but used before: the client or a thief holds a copy.
  if (token->rotation < chain->session.rotation) {
    SG_TRY(impl_->revoke_chain(*chain, origin));
    return refused();
  }
  if (token->rotation != chain->session.rotation ||
      !equal_in_constant_time(chain->session.secret_hash, sha256_of(token->secret)))
    return refused();
  return impl_->rotate(*chain);
}

core::Result<void> SignIn::logout(const Caller& caller, const Origin& origin) {
  if (!caller.session) return {};
  SG_TRY(impl_->database.write([&](database::Session& session) -> core::Result<void> {
    SG_TRY(database::sign_ins::revoke(session, *caller.session, impl_->clock.now()));
    return impl_->audit.append(session, caller, origin, session_event("auth.logout", *caller.session));
  }));
  impl_->authenticator.forget();
  return {};
}

core::Result<void> SignIn::confirm_password(const core::User& user, std::string_view password, const Origin& origin) {
  auto confirmed = impl_->check_password(user.name, password, origin);
  if (confirmed) return {};
  if (confirmed.error().code != core::ErrorCode::unauthenticated) return std::unexpected(confirmed.error());
  // Not 401: the caller is signed in, and clients take 401 as the end of the session.
  return core::fail(core::invalid_input("current_password", "The current password is wrong."));
}

std::string csrf_token_of(std::string_view cookie_header) {
  const auto cookie = parse_cookie_text(session_cookie_in(cookie_header));
  return cookie ? csrf_token_of_secret(cookie->secret) : std::string();
}

}  // namespace sightglass::accounts
