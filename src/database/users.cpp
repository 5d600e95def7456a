#include <string>

#include "database/people.hpp"

namespace sightglass::database::users {
namespace {

const std::string select_users =
    "SELECT id, name, role, password_hash, is_disabled, generation, created_at, updated_at FROM users";

core::User read_user(const Row& row) {
  return {.id = row.id<core::UserId>(0),
          .name = row.string(1),
          // An unknown word, from a newer program, must never grant more than the least.
          .role = core::role_from_name(row.text(2)).value_or(core::Role::viewer),
          .password_hash = row.string(3),
          .is_disabled = row.boolean(4),
          .generation = row.integer(5),
          .created_at = row.instant(6),
          .updated_at = row.instant(7)};
}

}  // namespace

core::Result<void> insert(Session& session, const core::User& user) {
  SG_TRY(
      session.execute("INSERT INTO users (id, name, role, password_hash, is_disabled, generation, created_at, "
                      "updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                      {user.id, user.name, core::name_of(user.role), user.password_hash, user.is_disabled,
                       user.generation, user.created_at, user.updated_at}));
  return {};
}

core::Result<std::optional<core::User>> find(Session& session, core::UserId id) {
  return session.first(select_users + " WHERE id = $1", {id}, read_user);
}

core::Result<std::optional<core::User>> find_by_name(Session& session, std::string_view name) {
  return session.first(select_users + " WHERE lower(name) = lower($1)", {name}, read_user);
}

core::Result<std::vector<core::User>> list(Session& session) {
  return session.all(select_users + " ORDER BY lower(name)", {}, read_user);
}

core::Result<void> update(Session& session, const core::User& user) {
  SG_ASSIGN(const auto changed,
            session.execute("UPDATE users SET name = $2, role = $3, password_hash = $4, is_disabled = $5, "
                            "generation = $6, updated_at = $7 WHERE id = $1",
                            {user.id, user.name, core::name_of(user.role), user.password_hash, user.is_disabled,
                             user.generation, user.updated_at}));
  if (changed == 0) return core::fail(core::not_found("There is no such user."));
  return {};
}

core::Result<std::vector<core::UserId>> list_active(Session& session, core::Role role) {
  return session.all("SELECT id FROM users WHERE role = $1 AND is_disabled = 0 ORDER BY id", {core::name_of(role)},
                     [](const Row& row) { return row.id<core::UserId>(0); });
}

core::Result<std::int64_t> count_active_administrators(Session& session) {
  SG_ASSIGN(const auto count,
            session.first("SELECT count(*) FROM users WHERE role = 'administrator' AND is_disabled = 0", {},
                          [](const Row& row) { return row.integer(0); }));
  return count.value_or(0);
}

}  // namespace sightglass::database::users
