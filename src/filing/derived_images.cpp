#include "filing/derived_images.hpp"

#include <cstdint>
#include <utility>

#include "database/photos.hpp"
#include "filing/deletion_journal.hpp"

namespace sightglass::filing {
namespace {

using Durability = storage::BlobStore::Durability;

bool has(const storage::BlobStore& blobs, const std::string& key, std::int64_t bytes) {
  const auto info = blobs.info(key);
  return info && info->bytes == bytes;
}

core::Result<void> put_thumbnail(storage::BlobStore& blobs, const imaging::DerivedImages& derived, core::Photo& photo) {
  SG_TRY(blobs.put(photo.files.thumbnail, derived.thumbnail_jpeg, Durability::rebuildable));
  photo.thumbnail_bytes = static_cast<std::int64_t>(derived.thumbnail_jpeg.size());
  return {};
}

// The row as it is now; untouched when it tells of images turned otherwise than those that were made.
core::Result<std::optional<core::Photo>> record_derived(database::Database& database, const core::Photo& photo) {
  return database.write([&](database::Session& session) -> core::Result<std::optional<core::Photo>> {
    SG_ASSIGN(auto row, database::photos::find(session, photo.id));
    if (!row || row->rotation != photo.rotation) return row;
    SG_TRY(database::photos::set_derived(session, photo));
    return database::photos::find(session, photo.id);
  });
}

}  // namespace

imaging::DerivePlan plan_for(core::PhotoKind kind, bool allow_damaged) {
  auto plan = kind == core::PhotoKind::job ? imaging::DerivePlan::for_job() : imaging::DerivePlan::for_field();
  plan.allow_damaged = allow_damaged;
  return plan;
}

bool has_derived(const storage::BlobStore& blobs, const core::Photo& photo) {
  return has(blobs, photo.files.display, photo.display_bytes) &&
         has(blobs, photo.files.thumbnail, photo.thumbnail_bytes);
}

core::Result<void> remake_derived(storage::BlobStore& blobs, imaging::Decoder& decoder, const imaging::Limits& limits,
                                  core::Photo& photo) {
  const bool keeps_original = !photo.files.original.empty();
  SG_ASSIGN(const auto source, blobs.open(keeps_original ? photo.files.original : photo.files.display));
  auto plan = plan_for(photo.kind, photo.is_damaged);
  if (keeps_original) plan.rotation = photo.rotation;
  SG_ASSIGN(const auto derived, decoder.derive(source.get(), plan, limits));
  if (keeps_original) {
    SG_TRY(blobs.put(photo.files.display, derived.display_jpeg, Durability::rebuildable));
    photo.display_bytes = static_cast<std::int64_t>(derived.display_jpeg.size());
    photo.display_size = derived.display_size;
  }
  return put_thumbnail(blobs, derived, photo);
}

core::Result<std::optional<core::Photo>> renew_derived(storage::BlobStore& blobs, database::Database& database,
                                                       imaging::Decoder& decoder, const imaging::Limits& limits,
                                                       core::Photo photo) {
  constexpr int most_attempts = 3;
  for (int attempt = 0; attempt < most_attempts; ++attempt) {
    SG_TRY(remake_derived(blobs, decoder, limits, photo));
    SG_ASSIGN(auto row, record_derived(database, photo));
    if (!row) SG_TRY(remove_files(blobs, photo.id, photo.files));
    if (!row || row->rotation == photo.rotation) return row;
    photo = std::move(*row);
  }
  return core::fail(core::unavailable("The photo is being turned; try again in a moment."));
}

}  // namespace sightglass::filing
