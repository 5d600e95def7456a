#include "filing/derived_images.hpp"

#include <cstdint>

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
  SG_ASSIGN(const auto derived, decoder.derive(source.get(), plan_for(photo.kind, photo.is_damaged), limits));
  if (keeps_original) {
    SG_TRY(blobs.put(photo.files.display, derived.display_jpeg, Durability::rebuildable));
    photo.display_bytes = static_cast<std::int64_t>(derived.display_jpeg.size());
    photo.display_size = derived.display_size;
  }
  return put_thumbnail(blobs, derived, photo);
}

core::Result<std::optional<core::Photo>> record_derived(storage::BlobStore& blobs, database::Database& database,
                                                        const core::Photo& photo) {
  SG_ASSIGN(auto row, database.write([&](database::Session& session) -> core::Result<std::optional<core::Photo>> {
    const auto set = database::photos::set_derived(session, photo);
    if (!set && set.error().code == core::ErrorCode::not_found) return std::optional<core::Photo>{};
    SG_TRY(set);
    return database::photos::find(session, photo.id);
  }));
  if (!row) SG_TRY(remove_files(blobs, photo.id, photo.files));
  return row;
}

}  // namespace sightglass::filing
