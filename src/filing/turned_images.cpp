#include "filing/turned_images.hpp"

#include <string>
#include <string_view>

#include "core/lost_file.hpp"
#include "database/photos.hpp"
#include "filing/derived_images.hpp"
#include "filing/layout.hpp"

namespace sightglass::filing {
namespace {

using Durability = storage::BlobStore::Durability;

// A marker may be preceded by any number of fill bytes (ITU-T T.81, B.1.1.2); here the one that ends the picture.
void lengthen(std::string& jpeg) {
  constexpr std::string_view end_of_image = "\xff\xd9";
  const auto place = jpeg.ends_with(end_of_image) ? jpeg.size() - end_of_image.size() : jpeg.size();
  jpeg.insert(place, 1, '\xff');
}

std::int64_t length_of(const std::string& bytes) { return static_cast<std::int64_t>(bytes.size()); }

core::Result<void> settle_file(storage::BlobStore& blobs, const std::string& staged, const std::string& key,
                               bool has_row, std::int64_t expected) {
  const auto info = blobs.info(staged);
  if (!info) return info.error().code == core::ErrorCode::not_found ? core::Result<void>{} : core::fail(info.error());
  return has_row && info->bytes == expected ? blobs.rename(staged, key) : blobs.remove(staged);
}

}  // namespace

core::Result<core::Photo> stage_turned(storage::BlobStore& blobs, imaging::Decoder& decoder,
                                       const imaging::Limits& limits, core::Photo photo, std::int32_t rotation,
                                       const Run& run) {
  if (photo.files.original.empty()) {
    return core::fail({.code = core::ErrorCode::conflict,
                       .message = "the original was not kept, so that the picture cannot be turned without loss",
                       .field = "rotation"});
  }
  const auto source = blobs.open(photo.files.original);
  if (!source) {
    const bool is_lost = source.error().code == core::ErrorCode::not_found;
    return core::fail(is_lost ? core::lost_original(source.error().message) : source.error());
  }
  auto plan = plan_for(photo.kind, photo.is_damaged);
  plan.rotation = rotation;
  SG_ASSIGN(auto images, decoder.derive(source->get(), plan, limits));
  if (length_of(images.display_jpeg) == photo.display_bytes) lengthen(images.display_jpeg);
  if (length_of(images.thumbnail_jpeg) == photo.thumbnail_bytes) lengthen(images.thumbnail_jpeg);
  const auto keys = turned_keys(photo.id, run);
  // The display image last: while it is there, the thumbnail is too.
  SG_TRY(blobs.put(keys.thumbnail, images.thumbnail_jpeg, Durability::durable));
  SG_TRY(blobs.put(keys.display, images.display_jpeg, Durability::durable));
  photo.rotation = rotation;
  photo.size = images.size;
  photo.display_size = images.display_size;
  photo.display_bytes = length_of(images.display_jpeg);
  photo.thumbnail_bytes = length_of(images.thumbnail_jpeg);
  photo.thumbhash = images.thumbhash;
  return photo;
}

core::Result<void> settle_turned(storage::BlobStore& blobs, database::Database& database, core::PhotoId id,
                                 const Run& run) {
  SG_ASSIGN(const auto row,
            database.read([&](database::Session& session) { return database::photos::find(session, id); }));
  const auto photo = row.value_or(core::Photo{});
  const auto keys = turned_keys(id, run);
  SG_TRY(settle_file(blobs, keys.display, photo.files.display, row.has_value(), photo.display_bytes));
  return settle_file(blobs, keys.thumbnail, photo.files.thumbnail, row.has_value(), photo.thumbnail_bytes);
}

core::Result<void> discard_turned(storage::BlobStore& blobs, core::PhotoId id, const Run& run) {
  const auto keys = turned_keys(id, run);
  SG_TRY(blobs.remove(keys.display));
  return blobs.remove(keys.thumbnail);
}

}  // namespace sightglass::filing
