// Brings a database's schema up to this program's, one numbered migration after the other.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/result.hpp"
#include "core/time.hpp"
#include "database/database.hpp"

namespace sightglass::database {

// One step of the schema. Once released it never changes; its checksum is recorded where it was applied.
struct Migration {
  std::int32_t version = 0;  // 1, 2, 3 …
  std::string_view name{};
  // Each one statement. "@identity@" and "@bytes@" are replaced by the dialect's words.
  std::span<const std::string_view> statements{};
  std::span<const std::string_view> only_sqlite{};    // after `statements`
  std::span<const std::string_view> only_postgres{};  // after `statements`
};

std::span<const Migration> all_migrations();

// Each migration in one transaction together with its row in schema_migrations; safe when several processes do it
// at once. Blocks. conflict when the schema is newer than this program, or was made by a changed migration.
core::Result<void> apply_migrations(Database& database, const core::Clock& clock,
                                    std::span<const Migration> migrations = all_migrations());

}  // namespace sightglass::database
