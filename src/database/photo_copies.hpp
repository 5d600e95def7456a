// Finds the photos that hold given bytes, wherever or in one place.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/photo.hpp"
#include "core/result.hpp"
#include "database/database.hpp"
#include "database/photos.hpp"

namespace sightglass::database::photo_copies {

// Where a sender would file a picture: the job for job photos; asset, job and location for field photos.
struct Destination {
  core::PhotoKind kind = core::PhotoKind::field;
  std::optional<core::JobId> job{};
  std::optional<core::AssetId> asset{};
  std::optional<core::LocationId> location{};
  std::optional<core::UserId> uploaded_by{};  // only photos of this user; everybody's when absent
  bool counts_trash = true;                   // also what was thrown away and may come back
};

// The oldest photo with these bytes in this very place; an absent job, asset or location
// matches only an absent one.
core::Result<std::optional<core::Photo>> find_at(Session& session, const core::Sha256& sha256,
                                                 const Destination& destination);

// The other photos that hold the same bytes, earlier and later ones, as far as they may be seen; oldest first, none of
// the trash.
core::Result<std::vector<core::Photo>> list_others(Session& session, const core::Photo& photo,
                                                   const photos::Visibility& visibility, std::int32_t limit);

}  // namespace sightglass::database::photo_copies
