// Makes the display image and the thumbnail of a filed photo again.
#pragma once

#include <optional>

#include "core/photo.hpp"
#include "core/result.hpp"
#include "database/database.hpp"
#include "imaging/decoder.hpp"
#include "storage/blob_store.hpp"

namespace sightglass::filing {

// How photos of a kind are derived.
imaging::DerivePlan plan_for(core::PhotoKind kind, bool allow_damaged);

// Derives from the original and puts both images under the photo's keys; sets their sizes in `photo`, whose row the
// caller then updates. Without an original only a missing thumbnail can be made, from the display image.
// Errors: not_found when there is nothing to derive from; the decoder's; the store's. Blocks.
core::Result<void> remake_derived(storage::BlobStore& blobs, imaging::Decoder& decoder, const imaging::Limits& limits,
                                  core::Photo& photo);

// Writes to the row what remake_derived() set. nullopt when the photo was deleted meanwhile: what had just been written
// is then removed. Blocks.
core::Result<std::optional<core::Photo>> record_derived(storage::BlobStore& blobs, database::Database& database,
                                                        const core::Photo& photo);

// Whether both derived images are there with the sizes the row tells.
bool has_derived(const storage::BlobStore& blobs, const core::Photo& photo);

}  // namespace sightglass::filing
