#include "accounts/signing_key.hpp"

#include <fmt/format.h>

#include <system_error>

#include "accounts/secret_file.hpp"
#include "accounts/secrets.hpp"
#include "database/installation_facts.hpp"
#include "telemetry/log.hpp"

namespace sightglass::accounts {
namespace {

namespace facts = database::installation_facts;
using database::Session;

core::Error another_key(const std::filesystem::path& file, std::string_view has) {
  return {
      .code = core::ErrorCode::conflict,
      .message = fmt::format(
          "This node {}, and the nodes of its database sign with another one. Copy keys/jwt.key of a node that runs "
          "to {} (mode 0600), or name a copy of it in accounts.signing_key_file, and start again. Only if that key "
          "is lost, stop all nodes and run: sightglass signing-key replace",
          has, file.string())};
}

core::Result<void> set_registered(database::Database& database, const core::Clock& clock,
                                  const std::string& fingerprint) {
  return database.write_guarded(
      [&](Session& session) { return facts::set(session, facts::signing_key, fingerprint, clock.now()); });
}

core::Result<bool> is_there(const std::filesystem::path& file) {
  std::error_code error;
  const bool found = std::filesystem::exists(file, error);
  if (error)
    return core::fail(core::internal_error(fmt::format("Looking for {} failed.", file.string()), error.message()));
  return found;
}

}  // namespace

std::string fingerprint_of(const AccessTokens& key) { return sha256_of(key.derive_key("fingerprint")).to_hex(); }

core::Result<std::optional<std::string>> registered_fingerprint(database::Database& database) {
  return database.read([](Session& session) { return facts::find(session, facts::signing_key); });
}

core::Result<AccessTokens> open_own_key(const std::filesystem::path& file, database::Database& database,
                                        const core::Clock& clock) {
  SG_ASSIGN(auto key, AccessTokens::open(file));
  SG_ASSIGN(const auto registered, registered_fingerprint(database));
  const auto fingerprint = fingerprint_of(key);
  if (registered == fingerprint) return key;
  if (registered) telemetry::log_warning("the signing key is another one than before: tokens made until now are dead");
  // Kept so that it goes along when the store is migrated to one with several nodes.
  SG_TRY(set_registered(database, clock, fingerprint));
  return key;
}

core::Result<AccessTokens> open_shared_key(const std::filesystem::path& file, database::Database& database,
                                           const core::Clock& clock) {
  SG_ASSIGN(const auto registered, registered_fingerprint(database));
  SG_ASSIGN(const bool has_file, is_there(file));
  if (registered && !has_file) return core::fail(another_key(file, "has no signing key"));
  SG_ASSIGN(auto key, AccessTokens::open(file));
  const auto fingerprint = fingerprint_of(key);
  // Of two nodes that start together on a new database one is the first.
  SG_ASSIGN(const auto holds, database.write_guarded([&](Session& session) {
    return facts::find_or_set(session, facts::signing_key, fingerprint, clock.now());
  }));
  if (holds != fingerprint) return core::fail(another_key(file, "has a signing key of its own"));
  return key;
}

core::Result<AccessTokens> open_key_of_command(const std::filesystem::path& file, database::Database& database) {
  SG_ASSIGN(const bool has_file, is_there(file));
  if (!has_file) {
    SG_ASSIGN(const auto registered, registered_fingerprint(database));
    if (registered) return AccessTokens(random_bytes(32));
  }
  return AccessTokens::open(file);
}

core::Result<std::string> accept_key(const std::filesystem::path& file, database::Database& database,
                                     const core::Clock& clock) {
  SG_ASSIGN(const bool has_file, is_there(file));
  if (!has_file) return core::fail(core::not_found(fmt::format("There is no {}.", file.string())));
  SG_ASSIGN(const auto key, AccessTokens::open(file));
  auto fingerprint = fingerprint_of(key);
  SG_TRY(set_registered(database, clock, fingerprint));
  return fingerprint;
}

core::Result<std::string> replace_key(const std::filesystem::path& file, database::Database& database,
                                      const core::Clock& clock) {
  std::error_code error;
  std::filesystem::remove(file, error);
  if (error)
    return core::fail(core::internal_error(fmt::format("Removing {} failed.", file.string()), error.message()));
  // Should this be the end, the next start asks for a key, and this can be done again.
  SG_TRY(AccessTokens::open(file));
  return accept_key(file, database, clock);
}

core::Result<bool> is_registered(const AccessTokens& key, database::Database& database) {
  SG_ASSIGN(const auto registered, registered_fingerprint(database));
  return registered == fingerprint_of(key);
}

}  // namespace sightglass::accounts
