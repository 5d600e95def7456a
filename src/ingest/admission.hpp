// Refuses uploads before their first byte when the store has no room left for them.
#pragma once

#include <cstdint>

#include "core/result.hpp"
#include "storage/blob_store.hpp"

namespace sightglass::ingest {

// quota_exceeded when taking in `expected_bytes` (0 when unknown) would leave less than `min_free_bytes` of room.
// Blocks for one statvfs.
core::Result<void> check_room(const storage::BlobStore& blobs, std::int64_t min_free_bytes,
                              std::int64_t expected_bytes = 0);

}  // namespace sightglass::ingest
