// Downloads of many photos that were prepared, as rows: any node can send what another one was asked for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/ids.hpp"
#include "core/time.hpp"
#include "database/database.hpp"

namespace sightglass::database::photo_archives {

using ArchiveId = core::UuidId<struct ArchiveTag>;

struct Archive {
  ArchiveId id{};
  core::UserId owner{};
  std::string owner_name{};  // tells a user's tokens apart
  std::string variant{};
  std::vector<core::PhotoId> photos{};  // in the order of the download
  std::int64_t count = 0;
  std::int64_t bytes = 0;
  core::Instant expires_at{};
};

// All block.

core::Result<void> insert(Session& session, const Archive& archive);
core::Result<std::optional<Archive>> find(Session& session, ArchiveId id, core::Instant now);  // while it lives
core::Result<std::int64_t> count(Session& session);
// The owner's oldest until `kept` are left.
core::Result<void> keep_newest(Session& session, core::UserId owner, std::int64_t kept);
core::Result<void> remove_expired(Session& session, core::Instant now);

}  // namespace sightglass::database::photo_archives
