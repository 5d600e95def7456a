#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "accounts/administration.hpp"
#include "accounts/secrets.hpp"
#include "accounts/token_text.hpp"
#include "core/json_writer.hpp"
#include "database/people.hpp"

namespace sightglass::accounts {
namespace {

constexpr std::size_t longest_name = 200;  // bytes

core::Result<void> require_person(const Caller& caller) {
  if (caller.is_signed_in() && caller.credential != Credential::service_token) return {};
  return core::fail(core::ErrorCode::permission_denied, "Service tokens may not make or revoke tokens.");
}

// '/' stands between user and token in the names of callers.
core::Result<void> check_name(std::string_view name) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '/'; };
  if (!name.empty() && name.size() <= longest_name && std::ranges::none_of(name, is_control)) return {};
  return core::fail(
      core::invalid_input("name", "A token's name has 1 to 200 bytes, without '/' and control characters."));
}

// What only people may do is refused here already, so that no token promises it.
bool is_for_people(std::string_view scope) {
  return scope == scope_name(Area::users, Access::write) || scope == scope_name(Area::tokens, Access::write) ||
         scope == scope_name(Area::account, Access::write);
}

core::Result<std::vector<std::string>> checked_scopes(std::vector<std::string> scopes) {
  const auto refuse = [](std::string message) { return core::fail(core::invalid_input("scopes", std::move(message))); };
  if (scopes.empty()) return refuse("A token needs at least one scope, such as \"photos:read\".");
  for (const auto& scope : scopes) {
    if (!is_scope_name(scope)) return refuse("A scope is an area and what it allows, such as \"photos:read\".");
    if (is_for_people(scope)) return refuse(fmt::format("{} is for people only, never for tokens.", scope));
  }
  std::ranges::sort(scopes);
  scopes.erase(std::ranges::unique(scopes).begin(), scopes.end());
  return scopes;
}

core::Result<void> check_reach(const Caller& caller, const NewToken& wanted, core::Instant now) {
  if (wanted.role.value_or(caller.role) > caller.role)
    return core::fail(core::invalid_input("role", "A token's role cannot be higher than yours."));
  if (wanted.expires_at && *wanted.expires_at <= now)
    return core::fail(core::invalid_input("expires_at", "The token would have expired already."));
  return {};
}

std::string details_of(const core::ServiceToken& token) {
  std::string json;
  core::JsonWriter writer(json);
  writer.begin_object().member("name", token.name).member("role", core::name_of(token.role));
  writer.key("scopes").begin_array();
  for (const auto& scope : token.scopes) writer.string(scope);
  writer.end_array().end_object();
  return json;
}

}  // namespace

core::Result<CreatedToken> Administration::create_token(const Caller& caller, const NewToken& wanted,
                                                        const Origin& origin) {
  SG_TRY(require_person(caller));
  SG_TRY(check_name(wanted.name));
  SG_ASSIGN(auto scopes, checked_scopes(wanted.scopes));
  const auto now = clock_.now();
  SG_TRY(check_reach(caller, wanted, now));
  // Kept as a plain digest: 32 random bytes cannot be guessed the way passwords can.
  const auto secret = to_base64url(random_bytes(32));
  CreatedToken made;
  made.token = {.id = core::ServiceTokenId::make(now),
                .name = wanted.name,
                .secret_hash = sha256_of(secret),
                .scopes = std::move(scopes),
                .role = wanted.role.value_or(caller.role),
                .owner = caller.user_id,
                .created_at = now,
                .expires_at = wanted.expires_at};
  made.secret = service_text(made.token.id, secret);
  SG_TRY(database_.write([&](database::Session& session) -> core::Result<void> {
    SG_TRY(database::service_tokens::insert(session, made.token));
    return audit_.append(session, caller, origin,
                         {.action = "token.create",
                          .object_type = "token",
                          .object_id = made.token.id.to_string(),
                          .details = details_of(made.token)});
  }));
  return made;
}

core::Result<std::vector<core::ServiceToken>> Administration::list_tokens(const Caller& caller) {
  const bool sees_all = caller.role == core::Role::administrator;
  return database_.read([&](database::Session& session) {
    return database::service_tokens::list(session, sees_all ? std::nullopt : std::optional(caller.user_id));
  });
}

core::Result<void> Administration::revoke_token(const Caller& caller, core::ServiceTokenId id, const Origin& origin) {
  SG_TRY(require_person(caller));
  auto revoked = database_.write([&](database::Session& session) -> core::Result<void> {
    SG_ASSIGN(const auto token, database::service_tokens::find(session, id));
    const bool is_seen = token && (caller.role == core::Role::administrator || token->owner == caller.user_id);
    if (!is_seen || token->revoked_at) return core::fail(core::not_found("There is no such token."));
    SG_TRY(database::service_tokens::revoke(session, id, clock_.now()));
    return audit_.append(session, caller, origin,
                         {.action = "token.revoke", .object_type = "token", .object_id = id.to_string()});
  });
  authenticator_.forget();
  return revoked;
}

}  // namespace sightglass::accounts
