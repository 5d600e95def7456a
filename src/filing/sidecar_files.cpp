#include "filing/sidecar_files.hpp"

#include "database/photos.hpp"
#include "filing/layout.hpp"
#include "filing/sidecar.hpp"
#include "filing/sidecar_turn.hpp"

namespace sightglass::filing {
namespace {

std::optional<Sidecar> read_sidecar(const storage::BlobStore& blobs, std::string_view key) {
  const auto text = blobs.read(key);
  if (!text) return std::nullopt;
  auto sidecar = sidecar_from_json(*text);
  if (!sidecar) return std::nullopt;
  return std::move(*sidecar);
}

// Only the file tells. One that cannot be read is replaced all the same: the row knows better.
std::string uploader_in(const storage::BlobStore& blobs, std::string_view key) {
  const auto old = read_sidecar(blobs, key);
  return old ? old->uploader_name : std::string();
}

core::Result<void> remove_own_sidecar(storage::BlobStore& blobs, std::string_view key, core::PhotoId id) {
  SG_ASSIGN(const auto owner, owner_of_sidecar(blobs, key));
  if (owner != id) return {};  // the name may be another photo's by now
  return blobs.remove(key);
}

}  // namespace

core::Result<std::optional<core::PhotoId>> owner_of_sidecar(const storage::BlobStore& blobs, std::string_view key) {
  const auto text = blobs.read(key);
  // A store that is away for a moment says nothing of whose the name is.
  if (!text && text.error().code == core::ErrorCode::unavailable) return core::fail(text.error());
  const auto sidecar = text ? sidecar_from_json(*text) : std::unexpected(text.error());
  if (!sidecar) return std::nullopt;
  return sidecar->photo.id;
}

core::Result<void> renew_sidecar(storage::BlobStore& blobs, const core::Photo& photo) {
  const std::string key = sidecar_key(photo.files);
  const Sidecar sidecar{.photo = photo, .uploader_name = uploader_in(blobs, key)};
  return blobs.put(key, to_json(sidecar), storage::BlobStore::Durability::durable);
}

core::Result<void> refresh_sidecar(storage::BlobStore& blobs, database::Database& database, const core::Photo& photo) {
  const std::string key = sidecar_key(photo.files);
  const auto uploader = uploader_in(blobs, key);
  const auto read_row = [&]() -> core::Result<RowText> {
    SG_ASSIGN(const auto row,
              database.read([&](database::Session& session) { return database::photos::find(session, photo.id); }));
    return row ? RowText(to_json(Sidecar{.photo = *row, .uploader_name = uploader})) : std::nullopt;
  };
  return settle_on_row(key, read_row, [&](const RowText& text) {
    return text ? blobs.put(key, *text, storage::BlobStore::Durability::durable)
                : remove_own_sidecar(blobs, key, photo.id);
  });
}

}  // namespace sightglass::filing
