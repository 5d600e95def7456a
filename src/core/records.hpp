// The smaller records: jobs, assets, locations, users, sign-in sessions, service tokens, audit entries.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/geometry.hpp"
#include "core/ids.hpp"
#include "core/sha256.hpp"
#include "core/time.hpp"

namespace sightglass::core {

using PairId = UuidId<struct PairTag>;

// Two photos of one job that show the same thing before and after the work.
struct PhotoPair {
  PairId id{};
  PhotoId before{};
  PhotoId after{};
  std::string title{};
  std::optional<UserId> created_by{};
  Instant created_at{};
};

struct Job {
  JobId id{};
  std::string number{};  // the work order's number as people know it; unique when not empty
  std::string title{};
  std::string customer{};
  std::string address{};
  std::string status = "open";  // "open", "in_progress", "done", "archived"
  std::string notes{};
  std::optional<UserId> created_by{};
  std::vector<UserId> assigned_to{};  // empty: open to every technician
  Instant created_at{};
  Instant updated_at{};
  std::int64_t photo_count = 0;    // counted when read; never stored from here
  std::vector<PhotoPair> pairs{};  // in the order they were made; likewise never stored from here
};

struct Location {
  LocationId id{};
  std::string name{};  // unique
  std::optional<GeoPosition> position{};
  std::string description{};
  Instant created_at{};
  Instant updated_at{};
};

struct Asset {
  AssetId id{};
  std::string code{};  // what is written on the thing: a serial or tag; unique
  std::string name{};
  std::string type{};  // "pump", "meter", …: free
  std::string description{};
  std::optional<LocationId> location_id{};
  Instant created_at{};
  Instant updated_at{};
};

// In rising order of what they may do; accounts/access.hpp says what each may see.
enum class Role : std::uint8_t { viewer, technician, reviewer, operator_, administrator };
std::string_view name_of(Role role);  // "viewer", "technician", "reviewer", "operator", "administrator"
std::optional<Role> role_from_name(std::string_view name);

struct User {
  UserId id{};
  std::string name{};  // 1–64 of letters, digits, '.', '_', '-', '@'; unique without regard to case
  Role role = Role::viewer;
  std::string password_hash{};  // libsodium's Argon2id string
  bool is_disabled = false;
  std::int64_t generation = 0;  // raised when role, password or state changes: older access tokens die
  Instant created_at{};
  Instant updated_at{};
};

// One signed-in browser or one chain of refresh tokens.
struct SignInSession {
  SessionId id{};
  UserId user_id{};
  bool is_browser = false;
  Sha256 secret_hash{};       // of the cookie or of the newest refresh token
  std::int64_t rotation = 0;  // how many refresh tokens the chain has used
  Instant created_at{};
  Instant expires_at{};
  std::optional<Instant> revoked_at{};
};

struct ServiceToken {
  ServiceTokenId id{};
  std::string name{};
  Sha256 secret_hash{};
  std::vector<std::string> scopes{};  // "photos:read", "photos:write", …
  Role role = Role::viewer;           // never above the role of who made it
  UserId owner{};
  Instant created_at{};
  std::optional<Instant> expires_at{};
  std::optional<Instant> last_used_at{};
  std::optional<Instant> revoked_at{};
};

struct AuditEntry {
  std::int64_t id = 0;
  Instant at{};
  std::string actor{};  // a user's or token's name, or "system", or a failed sign-in's claimed name
  std::string actor_id{};
  std::string action{};       // "photo.create", "photo.view", "job.update", "auth.login_failed", …
  std::string object_type{};  // "photo", "job", "user", …
  std::string object_id{};
  std::string request_id{};
  std::string peer{};          // address of the client
  std::string details = "{}";  // a JSON object
};

}  // namespace sightglass::core
