#include "database/photo_archives.hpp"

#include <algorithm>

namespace sightglass::database::photo_archives {
namespace {

std::string packed(const std::vector<core::PhotoId>& photos) {
  std::string bytes;
  bytes.reserve(photos.size() * sizeof(core::Uuid::bytes));
  for (const auto& photo : photos) bytes.append(photo.value.bytes.begin(), photo.value.bytes.end());
  return bytes;
}

std::vector<core::PhotoId> unpacked(std::string_view bytes) {
  constexpr std::size_t each = sizeof(core::Uuid::bytes);
  std::vector<core::PhotoId> photos(bytes.size() / each);
  for (std::size_t i = 0; i < photos.size(); ++i)
    std::ranges::copy(bytes.substr(i * each, each), photos[i].value.bytes.begin());
  return photos;
}

}  // namespace

core::Result<void> insert(Session& session, const Archive& archive) {
  SG_TRY(
      session.execute("INSERT INTO photo_archives (id, owner, owner_name, variant, photos, count, bytes, expires_at) "
                      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                      {archive.id, archive.owner, archive.owner_name, archive.variant, Bytes{packed(archive.photos)},
                       archive.count, archive.bytes, archive.expires_at}));
  return {};
}

core::Result<std::optional<Archive>> find(Session& session, ArchiveId id, core::Instant now) {
  return session.first(
      "SELECT id, owner, owner_name, variant, photos, count, bytes, expires_at FROM photo_archives "
      "WHERE id = $1 AND expires_at > $2",
      {id, now}, [](const Row& row) {
        return Archive{.id = row.id<ArchiveId>(0),
                       .owner = row.id<core::UserId>(1),
                       .owner_name = row.string(2),
                       .variant = row.string(3),
                       .photos = unpacked(row.bytes(4)),
                       .count = row.integer(5),
                       .bytes = row.integer(6),
                       .expires_at = row.instant(7)};
      });
}

core::Result<std::int64_t> count(Session& session) {
  SG_ASSIGN(const auto found,
            session.first("SELECT count(*) FROM photo_archives", {}, [](const Row& row) { return row.integer(0); }));
  return found.value_or(0);
}

core::Result<void> keep_newest(Session& session, core::UserId owner, std::int64_t kept) {
  SG_TRY(
      session.execute("DELETE FROM photo_archives WHERE owner = $1 AND id NOT IN (SELECT id FROM photo_archives "
                      "WHERE owner = $1 ORDER BY expires_at DESC, id DESC LIMIT $2)",
                      {owner, kept}));
  return {};
}

core::Result<void> remove_expired(Session& session, core::Instant now) {
  SG_TRY(session.execute("DELETE FROM photo_archives WHERE expires_at <= $1", {now}));
  return {};
}

}  // namespace sightglass::database::photo_archives
