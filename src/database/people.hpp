// Users, sign-in sessions, service tokens and the audit log.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/records.hpp"
#include "core/result.hpp"
#include "database/database.hpp"

namespace sightglass::database {

namespace users {
core::Result<void> insert(Session& session, const core::User& user);  // conflict: name in use
core::Result<std::optional<core::User>> find(Session& session, core::UserId id);
core::Result<std::optional<core::User>> find_by_name(Session& session, std::string_view name);  // any case
core::Result<std::vector<core::User>> list(Session& session);
core::Result<void> update(Session& session, const core::User& user);
core::Result<std::int64_t> count_active_administrators(Session& session);
// Of those who may sign in, who have just this role.
core::Result<std::vector<core::UserId>> list_active(Session& session, core::Role role);
}  // namespace users

namespace sign_ins {
core::Result<void> insert(Session& session, const core::SignInSession& sign_in);
core::Result<std::optional<core::SignInSession>> find(Session& session, core::SessionId id);
// Only when the stored rotation is still `expected_rotation`; false when another request was first.
core::Result<bool> rotate(Session& session, core::SessionId id, std::int64_t expected_rotation,
                          const core::Sha256& new_hash, core::Instant expires_at);
core::Result<void> revoke(Session& session, core::SessionId id, core::Instant at);
// Those of `user` that are not revoked yet, but for `kept`.
core::Result<void> revoke_all_of(Session& session, core::UserId user, core::Instant at,
                                 std::optional<core::SessionId> kept = std::nullopt);
core::Result<std::int64_t> prune_expired(Session& session, core::Instant before);
}  // namespace sign_ins

namespace service_tokens {
core::Result<void> insert(Session& session, const core::ServiceToken& token);
core::Result<std::optional<core::ServiceToken>> find(Session& session, core::ServiceTokenId id);
core::Result<std::vector<core::ServiceToken>> list(Session& session, std::optional<core::UserId> owner);
core::Result<void> revoke(Session& session, core::ServiceTokenId id, core::Instant at);
core::Result<void> touch(Session& session, core::ServiceTokenId id, core::Instant used_at);
}  // namespace service_tokens

namespace audit {
struct Filter {
  std::optional<std::string> actor{};
  std::optional<std::string> action{};  // exact, or a prefix ending in '.'
  std::optional<std::string> except_action{};
  std::optional<std::string> object_type{};
  std::optional<std::string> object_id{};
  std::optional<core::Instant> from{};
  std::optional<core::Instant> to{};
  std::optional<std::int64_t> before{};  // keyset: entries with a smaller id
  std::int32_t limit = 100;
};
core::Result<void> append(Session& session, std::span<const core::AuditEntry> entries);
core::Result<std::vector<core::AuditEntry>> list(Session& session, const Filter& filter);  // newest first
}  // namespace audit

}  // namespace sightglass::database
