#include "database/people.hpp"

namespace sightglass::database::sign_ins {
namespace {

core::SignInSession read_sign_in(const Row& row) {
  return {.id = row.id<core::SessionId>(0),
          .user_id = row.id<core::UserId>(1),
          .is_browser = row.boolean(2),
          .secret_hash = row.sha256(3),
          .rotation = row.integer(4),
          .created_at = row.instant(5),
          .expires_at = row.instant(6),
          .revoked_at = row.optional_instant(7)};
}

}  // namespace

core::Result<void> insert(Session& session, const core::SignInSession& sign_in) {
  SG_TRY(
      session.execute("INSERT INTO sign_ins (id, user_id, is_browser, secret_hash, rotation, created_at, "
                      "expires_at, revoked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                      {sign_in.id, sign_in.user_id, sign_in.is_browser, sign_in.secret_hash, sign_in.rotation,
                       sign_in.created_at, sign_in.expires_at, sign_in.revoked_at}));
  return {};
}

core::Result<std::optional<core::SignInSession>> find(Session& session, core::SessionId id) {
  return session.first(
      "SELECT id, user_id, is_browser, secret_hash, rotation, created_at, expires_at, revoked_at "
      "FROM sign_ins WHERE id = $1",
      {id}, read_sign_in);
}

core::Result<bool> rotate(Session& session, core::SessionId id, std::int64_t expected_rotation,
                          const core::Sha256& new_hash, core::Instant expires_at) {
  SG_ASSIGN(const auto changed,
            session.execute("UPDATE sign_ins SET rotation = rotation + 1, secret_hash = $3, expires_at = $4 "
                            "WHERE id = $1 AND rotation = $2 AND revoked_at IS NULL",
                            {id, expected_rotation, new_hash, expires_at}));
  return changed == 1;
}

core::Result<void> revoke(Session& session, core::SessionId id, core::Instant at) {
  SG_TRY(session.execute("UPDATE sign_ins SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL", {id, at}));
  return {};
}

core::Result<void> revoke_all_of(Session& session, core::UserId user, core::Instant at,
                                 std::optional<core::SessionId> kept) {
  // An empty text is no session's id.
  const std::string kept_id = kept ? kept->to_string() : "";
  SG_TRY(session.execute("UPDATE sign_ins SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL AND id <> $3",
                         {user, at, kept_id}));
  return {};
}

core::Result<std::int64_t> prune_expired(Session& session, core::Instant before) {
  return session.execute("DELETE FROM sign_ins WHERE expires_at < $1", {before});
}

}  // namespace sightglass::database::sign_ins
