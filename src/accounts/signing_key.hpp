// The key that access tokens are signed with: the same on all nodes of a database, which keeps no more than its
// fingerprint.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "accounts/access_tokens.hpp"
#include "core/result.hpp"
#include "core/time.hpp"
#include "database/database.hpp"

namespace sightglass::accounts {

// What tells keys apart and nothing else of them: 64 hexadecimal digits, derived from the key like any other secret.
std::string fingerprint_of(const AccessTokens& key);
// The one that the database's nodes sign with; nullopt before the first of them has started. Blocks.
core::Result<std::optional<std::string>> registered_fingerprint(database::Database& database);

// For a server on a database of its own (the embedded store): the key in `file`, made when there is none. Whatever the
// database says it is the right one: with a backup that was restored without its keys people sign in again, and that is
// all. Blocks.
core::Result<AccessTokens> open_own_key(const std::filesystem::path& file, database::Database& database,
                                        const core::Clock& clock);

// For a server on a database that other nodes may use. The first one makes the key where there is none, and registers
// it; each further one must have the same, or people would be signed out from one request to the next: conflict, with
// what to do. No key is made beside a registered one. Blocks.
core::Result<AccessTokens> open_shared_key(const std::filesystem::path& file, database::Database& database,
                                           const core::Clock& clock);

// For commands, which sign nothing: the key in `file`; one that is forgotten at the end where there is none beside a
// registered one. Blocks.
core::Result<AccessTokens> open_key_of_command(const std::filesystem::path& file, database::Database& database);

// Makes the key in `file` the one of all nodes; gives its fingerprint. Blocks.
core::Result<std::string> accept_key(const std::filesystem::path& file, database::Database& database,
                                     const core::Clock& clock);
// The same with a new key, which replaces the one in `file`. Blocks.
core::Result<std::string> replace_key(const std::filesystem::path& file, database::Database& database,
                                      const core::Clock& clock);

// For a running server: false when another key was registered since it started. Blocks.
core::Result<bool> is_registered(const AccessTokens& key, database::Database& database);

}  // namespace sightglass::accounts
