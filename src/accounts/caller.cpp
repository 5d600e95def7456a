#include "accounts/caller.hpp"

#include <algorithm>
#include <array>

namespace sightglass::accounts {
namespace {

constexpr std::array areas{Area::photos, Area::jobs,   Area::assets,  Area::locations, Area::tasks,
                           Area::users,  Area::tokens, Area::audit,   Area::account,   Area::settings,
                           Area::review, Area::models, Area::cameras, Area::stations, Area::sources};

std::string_view name_of(Area area) {
  switch (area) {
    case Area::photos: return "photos";
    case Area::jobs: return "jobs";
    case Area::assets: return "assets";
    case Area::locations: return "locations";
    case Area::tasks: return "tasks";
    case Area::users: return "users";
    case Area::tokens: return "tokens";
    case Area::audit: return "audit";
    case Area::account: return "account";
    case Area::settings: return "settings";
    case Area::review: return "review";
    case Area::models: return "models";
    case Area::cameras: return "cameras";
    case Area::stations: return "stations";
    case Area::sources: return "sources";
  }
  return "";
}

}  // namespace

std::string scope_name(Area area, Access access) {
  return std::string(name_of(area)) + (access == Access::read ? ":read" : ":write");
}

bool is_scope_name(std::string_view name) {
  return std::ranges::any_of(areas, [&](Area area) {
    return name == scope_name(area, Access::read) || name == scope_name(area, Access::write);
  });
}

database::photos::Visibility visibility_of(const Caller& caller) {
  // Somebody not signed in sees what belongs to the nil user: nothing, should a route ever forget to ask.
  if (!caller.is_signed_in()) return {.sees_all = false, .user = core::UserId{}};
  const bool is_limited =
      caller.role == core::Role::technician || caller.owner_role.value_or(caller.role) == core::Role::technician;
  if (is_limited) return {.sees_all = false, .user = caller.user_id};
  return {.sees_all = true, .user = std::nullopt};
}

bool holds_scope(const Caller& caller, Area area, Access access) {
  if (caller.credential == Credential::none) return false;
  if (caller.credential != Credential::service_token) return true;
  return std::ranges::find(caller.scopes, scope_name(area, access)) != caller.scopes.end();
}

Caller command_line_caller() {
  // The space keeps the name from ever being a user's.
  return {.credential = Credential::command_line, .name = "command line", .role = core::Role::administrator};
}

Caller caller_of(const core::User& user, Credential credential) {
  return {.credential = credential, .user_id = user.id, .name = user.name, .role = user.role};
}

}  // namespace sightglass::accounts
