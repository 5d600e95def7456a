// What analysis found in a picture, by the picture's bytes: the same file sent twice is computed once.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "core/sha256.hpp"
#include "core/time.hpp"
#include "database/database.hpp"

namespace sightglass::database::result_cache {

struct Entry {
  core::Sha256 sha256{};   // of the original
  std::string pipeline{};  // names every model and version, and everything else the result depends on
  std::string result{};    // JSON of all that depends on pixels alone
  core::Instant made_at{};
  core::Instant expires_at{};
};

// All block.

core::Result<void> save(Session& session, const Entry& entry);  // replaces
core::Result<std::optional<std::string>> find(Session& session, const core::Sha256& sha256, std::string_view pipeline,
                                              core::Instant now);
// At most `limit` of those that expired; how many.
core::Result<std::int64_t> remove_expired(Session& session, core::Instant now, std::int32_t limit);

}  // namespace sightglass::database::result_cache
