// Keeps a photo's sidecar true after a person changed what is known of it.
#pragma once

#include "core/photo.hpp"
#include "core/result.hpp"
#include "database/database.hpp"
#include "storage/blob_store.hpp"

namespace sightglass::ingest {

// Writes the sidecar of a photo anew from its row as it is by now, durably, keeping the uploader's name that the old
// one held; removes it when the photo was deleted meanwhile. Called after the commit that changed the row; a crash
// between leaves a stale sidecar, which `check --repair` renews. Blocks. Thread-safe.
core::Result<void> refresh_sidecar(storage::BlobStore& blobs, database::Database& database, const core::Photo& photo);

}  // namespace sightglass::ingest
