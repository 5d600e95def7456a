// Who a request speaks for, once its credentials were checked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ids.hpp"
#include "core/records.hpp"
#include "database/photos.hpp"

namespace sightglass::accounts {

enum class Credential : std::uint8_t {
  none,
  access_token,
  browser_session,
  service_token,
  command_line,  // a command on the server's machine: being able to read the data directory is its credential
};

// What a route is about and whether it reads or changes: the pairs are the scopes of service tokens
// ("photos:read"). A user's own credentials hold every scope.
enum class Area : std::uint8_t {
  photos,
  jobs,
  assets,
  locations,
  tasks,
  users,
  tokens,
  audit,
  account,
  settings,
  review,
  models,
  cameras,
  stations,
  sources
};
enum class Access : std::uint8_t { read, write };
std::string scope_name(Area area, Access access);
bool is_scope_name(std::string_view name);

struct Caller {
  Credential credential = Credential::none;
  core::UserId user_id{};
  std::string name{};  // the user's, or "user/token-name" for a service token
  core::Role role = core::Role::viewer;
  // Only of service tokens, whose own role may be lower: a technician's token sees no more than the technician,
  // although the lower role of viewers sees everything.
  std::optional<core::Role> owner_role{};
  std::vector<std::string> scopes{};         // only of service tokens
  std::optional<core::SessionId> session{};  // for log-out and CSRF
  bool is_signed_in() const { return credential != Credential::none; }
};

// Viewers, reviewers, operators and administrators see every photo and job. Technicians see their own photos,
// and the jobs (with their photos) that are open to all or assigned to them. A service token sees everything only if
// both its role and its owner's do.
database::photos::Visibility visibility_of(const Caller& caller);
// True for every credential but a service token without that scope. Writing does not include reading.
bool holds_scope(const Caller& caller, Area area, Access access);

// What commands act as: an administrator named "command line", without a user behind it.
Caller command_line_caller();
// What a user's own credentials stand for.
Caller caller_of(const core::User& user, Credential credential);

}  // namespace sightglass::accounts
