// Keeps a photo's sidecar true after a person changed what is known of it.
#pragma once

#include "core/photo.hpp"
#include "core/result.hpp"
#include "storage/blob_store.hpp"

namespace sightglass::ingest {

// Writes the sidecar of a photo anew, durably, keeping the uploader's name that the old one held. Called after
// the commit that changed the row; a crash between leaves a stale sidecar, which `check --repair` renews.
// Blocks. Thread-safe for different photos.
core::Result<void> refresh_sidecar(storage::BlobStore& blobs, const core::Photo& photo);

}  // namespace sightglass::ingest
