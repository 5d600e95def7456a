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

// Derives from the original, turned by photo.rotation, and puts both images under the photo's keys; sets their sizes in
// `photo`, whose row the caller then updates. Without an original only a missing thumbnail can be made, from the
// display image. Errors: not_found when there is nothing to derive from; the decoder's; the store's. Blocks.
core::Result<void> remake_derived(storage::BlobStore& blobs, imaging::Decoder& decoder, const imaging::Limits& limits,
                                  core::Photo& photo);

// remake_derived(), and what it set to the row. Returns the row; nullopt when the photo was deleted meanwhile, and then
// what had just been written is removed. A photo that somebody turned meanwhile is made once more, as it stands now.
// Errors: those of remake_derived(); unavailable when it is turned again and again. Blocks.
core::Result<std::optional<core::Photo>> renew_derived(storage::BlobStore& blobs, database::Database& database,
                                                       imaging::Decoder& decoder, const imaging::Limits& limits,
                                                       core::Photo photo);

// Whether both derived images are there with the sizes the row tells.
bool has_derived(const storage::BlobStore& blobs, const core::Photo& photo);

}  // namespace sightglass::filing
