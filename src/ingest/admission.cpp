#include "ingest/admission.hpp"

#include <fmt/format.h>

namespace sightglass::ingest {

core::Result<void> check_room(const storage::BlobStore& blobs, std::int64_t min_free_bytes,
                              std::int64_t expected_bytes) {
  SG_ASSIGN(const std::int64_t free, blobs.free_bytes());
  if (free < 0 || free - expected_bytes >= min_free_bytes) return {};
  constexpr std::int64_t mebibyte = 1 << 20;
  return core::fail(core::ErrorCode::quota_exceeded,
                    fmt::format("There is too little room left where pictures are stored: {} MiB are free and {} MiB "
                                "are kept in reserve. Nothing of this upload was kept.",
                                free / mebibyte, min_free_bytes / mebibyte));
}

}  // namespace sightglass::ingest
