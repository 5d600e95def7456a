#include <string>

#include "database/people.hpp"
#include "database/string_list.hpp"

namespace sightglass::database::service_tokens {
namespace {

const std::string select_tokens =
    "SELECT id, name, secret_hash, scopes, role, owner, created_at, expires_at, last_used_at, revoked_at "
    "FROM service_tokens";

core::ServiceToken read_token(const Row& row) {
  return {.id = row.id<core::ServiceTokenId>(0),
          .name = row.string(1),
          .secret_hash = row.sha256(2),
          .scopes = split_list(row.text(3)),
          .role = core::role_from_name(row.text(4)).value_or(core::Role::viewer),
          .owner = row.id<core::UserId>(5),
          .created_at = row.instant(6),
          .expires_at = row.optional_instant(7),
          .last_used_at = row.optional_instant(8),
          .revoked_at = row.optional_instant(9)};
}

}  // namespace

core::Result<void> insert(Session& session, const core::ServiceToken& token) {
  SG_TRY(
      session.execute("INSERT INTO service_tokens (id, name, secret_hash, scopes, role, owner, created_at, "
                      "expires_at, last_used_at, revoked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                      {token.id, token.name, token.secret_hash, join_list(token.scopes), core::name_of(token.role),
                       token.owner, token.created_at, token.expires_at, token.last_used_at, token.revoked_at}));
  return {};
}

core::Result<std::optional<core::ServiceToken>> find(Session& session, core::ServiceTokenId id) {
  return session.first(select_tokens + " WHERE id = $1", {id}, read_token);
}

core::Result<std::vector<core::ServiceToken>> list(Session& session, std::optional<core::UserId> owner) {
  if (owner) return session.all(select_tokens + " WHERE owner = $1 ORDER BY id", {*owner}, read_token);
  return session.all(select_tokens + " ORDER BY id", {}, read_token);
}

core::Result<void> revoke(Session& session, core::ServiceTokenId id, core::Instant at) {
  SG_TRY(session.execute("UPDATE service_tokens SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL", {id, at}));
  return {};
}

core::Result<void> touch(Session& session, core::ServiceTokenId id, core::Instant used_at) {
  SG_TRY(session.execute("UPDATE service_tokens SET last_used_at = $2 WHERE id = $1", {id, used_at}));
  return {};
}

}  // namespace sightglass::database::service_tokens
