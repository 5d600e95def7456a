#include <algorithm>
#include <utility>

#include "accounts/administration.hpp"
#include "accounts/sign_in.hpp"
#include "core/json_writer.hpp"
#include "database/people.hpp"

namespace sightglass::accounts {
namespace {

constexpr std::size_t longest_name = 64;

core::Result<void> require_administrator(const Caller& caller) {
  if (caller.is_signed_in() && caller.role == core::Role::administrator) return {};
  return core::fail(core::ErrorCode::permission_denied, "Only administrators may manage users.");
}

core::Result<void> require_person(const Caller& caller) {
  if (caller.credential != Credential::service_token) return {};
  return core::fail(core::ErrorCode::permission_denied, "Service tokens may not change accounts.");
}

// No '/' and no space: they mark tokens and the command line in the names of callers.
core::Result<void> check_user_name(std::string_view name) {
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-' || c == '@';
  };
  if (!name.empty() && name.size() <= longest_name && std::ranges::all_of(name, is_allowed)) return {};
  return core::fail(
      core::invalid_input("username", "A user name is 1 to 64 letters, digits, or any of '.', '_', '-', '@'."));
}

core::Result<core::User> require_user(core::Result<std::optional<core::User>> found) {
  if (!found) return std::unexpected(found.error());
  if (!*found) return core::fail(core::not_found("There is no such user."));
  return std::move(**found);
}

std::string details_of(const UserChange& change) {
  std::string json;
  core::JsonWriter writer(json);
  writer.begin_object();
  if (change.role) writer.member("role", core::name_of(*change.role));
  if (change.is_disabled) writer.member("disabled", *change.is_disabled);
  if (change.password) writer.member("password", "changed");
  writer.end_object();
  return json;
}

bool is_active_administrator(const core::User& user) {
  return user.role == core::Role::administrator && !user.is_disabled;
}

// Inside the transaction that made the change, so that two administrators cannot disable each other at once.
core::Result<void> require_an_administrator(database::Session& session, const core::User& before) {
  if (!is_active_administrator(before)) return {};
  SG_ASSIGN(const auto left, database::users::count_active_administrators(session));
  if (left > 0) return {};
  return core::fail(core::ErrorCode::conflict,
                    "This is the last active administrator. Make another one first, or nobody could manage users.");
}

AuditEvent user_event(std::string action, core::UserId id, std::string details = "{}") {
  return {
      .action = std::move(action), .object_type = "user", .object_id = id.to_string(), .details = std::move(details)};
}

}  // namespace

core::Result<core::User> Administration::make_user(const NewUser& wanted) {
  SG_TRY(check_user_name(wanted.name));
  SG_TRY(check_password_rules(wanted.password, wanted.name));
  SG_ASSIGN(auto hash, passwords_.hash(wanted.password));
  const auto now = clock_.now();
  return core::User{.id = core::UserId::make(now),
                    .name = wanted.name,
                    .role = wanted.role,
                    .password_hash = std::move(hash),
                    .created_at = now,
                    .updated_at = now};
}

core::Result<core::User> Administration::insert_user(database::Session& session, const Caller& caller,
                                                     const core::User& user, const Origin& origin) {
  // The unique index would refuse it too, without saying which field is at fault.
  SG_ASSIGN(const auto holder, database::users::find_by_name(session, user.name));
  if (holder)
    return core::fail(
        core::Error{.code = core::ErrorCode::conflict, .message = "This user name is in use.", .field = "username"});
  SG_TRY(database::users::insert(session, user));
  std::string details;
  core::JsonWriter(details)
      .begin_object()
      .member("name", user.name)
      .member("role", core::name_of(user.role))
      .end_object();
  SG_TRY(audit_.append(session, caller, origin, user_event("user.create", user.id, std::move(details))));
  return user;
}

core::Result<core::User> Administration::create_user(const Caller& caller, const NewUser& user, const Origin& origin) {
  SG_TRY(require_administrator(caller));
  SG_TRY(require_person(caller));
  SG_ASSIGN(const auto made, make_user(user));
  return database_.write([&](database::Session& session) { return insert_user(session, caller, made, origin); });
}

core::Result<std::vector<core::User>> Administration::list_users(const Caller& caller) {
  SG_TRY(require_administrator(caller));
  return database_.read([](database::Session& session) { return database::users::list(session); });
}

core::Result<core::User> Administration::find_user(const Caller& caller, core::UserId id) {
  SG_TRY(require_administrator(caller));
  return database_.read([&](database::Session& session) { return require_user(database::users::find(session, id)); });
}

core::Result<core::User> Administration::find_user_by_name(const Caller& caller, std::string_view name) {
  SG_TRY(require_administrator(caller));
  return database_.read(
      [&](database::Session& session) { return require_user(database::users::find_by_name(session, name)); });
}

core::Result<Caller> Administration::command_line_for(std::string_view user_name) {
  auto caller = command_line_caller();
  SG_ASSIGN(const auto user, find_user_by_name(caller, user_name));
  if (user.is_disabled) return core::fail(core::ErrorCode::conflict, "This user is disabled.");
  caller.user_id = user.id;
  caller.role = user.role;
  return caller;
}

core::Result<core::User> Administration::change_user(const Caller& caller, core::UserId id, const UserChange& change,
                                                     const Origin& origin) {
  SG_TRY(require_administrator(caller));
  SG_TRY(require_person(caller));
  std::optional<std::string> hash;
  if (change.password) {
    SG_ASSIGN(const auto user, find_user(caller, id));
    SG_TRY(check_password_rules(*change.password, user.name));
    SG_ASSIGN(hash, passwords_.hash(*change.password));
  }
  auto changed = database_.write([&](database::Session& session) -> core::Result<core::User> {
    SG_ASSIGN(const auto before, require_user(database::users::find(session, id)));
    auto user = before;
    user.role = change.role.value_or(user.role);
    user.is_disabled = change.is_disabled.value_or(user.is_disabled);
    user.password_hash = hash.value_or(user.password_hash);
    // Access tokens that are out carry the old number and are refused from now on.
    ++user.generation;
    user.updated_at = clock_.now();
    SG_TRY(database::users::update(session, user));
    SG_TRY(require_an_administrator(session, before));
    if (hash || user.is_disabled) SG_TRY(database::sign_ins::revoke_all_of(session, id, user.updated_at));
    SG_TRY(audit_.append(session, caller, origin, user_event("user.update", id, details_of(change))));
    return user;
  });
  authenticator_.forget();
  return changed;
}

core::Result<core::User> Administration::own_user(const Caller& caller) {
  return database_.read(
      [&](database::Session& session) { return require_user(database::users::find(session, caller.user_id)); });
}

core::Result<void> Administration::change_own_password(const Caller& caller, std::string_view current,
                                                       std::string_view wanted, SignIn& sign_in, const Origin& origin) {
  SG_TRY(require_person(caller));
  SG_ASSIGN(const auto user, own_user(caller));
  // The rules first: a new password that breaks them costs neither a hash nor an attempt.
  SG_TRY(check_password_rules(wanted, user.name, "new_password"));
  SG_TRY(sign_in.confirm_password(user, current, origin));
  SG_ASSIGN(auto hash, passwords_.hash(wanted));
  auto changed = database_.write([&](database::Session& session) -> core::Result<void> {
    SG_ASSIGN(auto now_stored, require_user(database::users::find(session, user.id)));
    now_stored.password_hash = hash;
    ++now_stored.generation;
    now_stored.updated_at = clock_.now();
    SG_TRY(database::users::update(session, now_stored));
    SG_TRY(database::sign_ins::revoke_all_of(session, user.id, now_stored.updated_at, caller.session));
    return audit_.append(session, caller, origin, user_event("account.password", user.id));
  });
  authenticator_.forget();
  return changed;
}

}  // namespace sightglass::accounts
