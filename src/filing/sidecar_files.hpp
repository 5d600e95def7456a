// Sidecars in the store: whose one is, and writing one anew.
#pragma once

#include <optional>
#include <string_view>

#include "core/photo.hpp"
#include "core/result.hpp"
#include "database/database.hpp"
#include "storage/blob_store.hpp"

namespace sightglass::filing {

// The photo that the sidecar under this key tells of: who has the sidecar has the name. nullopt when there is none
// that can be read; unavailable when the store cannot say. Blocks.
core::Result<std::optional<core::PhotoId>> owner_of_sidecar(const storage::BlobStore& blobs, std::string_view key);
// Writes the photo's sidecar as its row now is, durably, keeping the uploader's name the old one held. Blocks.
core::Result<void> renew_sidecar(storage::BlobStore& blobs, const core::Photo& photo);

// Makes the sidecar fit the row as it is by now, whatever `photo` says: renewed, or removed when the photo was deleted.
// To be called after each commit that changed the row; calls for one photo go one after the other (SidecarTurn), so
// that the last leaves the truth. Blocks.
core::Result<void> refresh_sidecar(storage::BlobStore& blobs, database::Database& database, const core::Photo& photo);

}  // namespace sightglass::filing
