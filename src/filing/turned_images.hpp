// Derived images of a photo that a person turns: made beside the old ones, and put in their place once the row tells
// so.
#pragma once

#include <cstdint>

#include "core/photo.hpp"
#include "core/result.hpp"
#include "database/database.hpp"
#include "filing/layout.hpp"
#include "imaging/decoder.hpp"
#include "storage/blob_store.hpp"

namespace sightglass::filing {

// Derives the images of `photo` turned by `rotation`, keeps them durably in incoming/, and returns the photo as the row
// is to tell of it. Their lengths differ from those of the images there are, so that length alone tells which belong to
// the row. Errors: conflict without an original, whose display image is all there is of it; core::lost_file() when
// the original is lost; the decoder's; the store's. Blocks.
core::Result<core::Photo> stage_turned(storage::BlobStore& blobs, imaging::Decoder& decoder,
                                       const imaging::Limits& limits, core::Photo photo, std::int32_t rotation,
                                       const Run& run = {});

// Puts what was staged for the photo in its place where the row tells of it, and removes it where not; nothing staged
// is no error. To be called after the commit, and at start for what a crash left. Blocks.
core::Result<void> settle_turned(storage::BlobStore& blobs, database::Database& database, core::PhotoId id,
                                 const Run& run = {});

// Removes what was staged, for a turn that is known to have come to nothing. Blocks.
core::Result<void> discard_turned(storage::BlobStore& blobs, core::PhotoId id, const Run& run = {});

}  // namespace sightglass::filing
