#include "http/photo_archives.hpp"

#include <fmt/format.h>

#include <utility>

namespace sightglass::http {
namespace {

namespace rows = database::photo_archives;

constexpr std::int64_t most_of_user = 10;
constexpr std::int64_t most_archives = 200;  // of 16 bytes a photo: 32 MB when all are as long as they may be
constexpr int most_sent_to_user = 3;
const std::string everybody{};  // no user has this id
constexpr std::string_view display_name = "display";

rows::Archive row_of(const PhotoArchive& archive) {
  return {.id = archive.id,
          .owner = archive.owner,
          .owner_name = archive.owner_name,
          .variant = std::string(archive.variant == PhotoVariant::display ? display_name : "original"),
          .photos = archive.photos,
          .count = archive.count,
          .bytes = archive.bytes,
          .expires_at = archive.expires_at};
}

std::shared_ptr<const PhotoArchive> archive_of(rows::Archive row) {
  return std::make_shared<const PhotoArchive>(
      PhotoArchive{.id = row.id,
                   .owner = row.owner,
                   .owner_name = std::move(row.owner_name),
                   .variant = row.variant == display_name ? PhotoVariant::display : PhotoVariant::original,
                   .photos = std::move(row.photos),
                   .count = row.count,
                   .bytes = row.bytes,
                   .expires_at = row.expires_at});
}

}  // namespace

core::Result<std::shared_ptr<const PhotoArchive>> PhotoArchives::add(const accounts::Caller& caller,
                                                                     PhotoArchive archive) {
  const auto now = clock_.now();
  archive.id = ArchiveId::make(now);
  archive.owner = caller.user_id;
  archive.owner_name = caller.name;
  archive.expires_at = now + archive_lifetime;
  SG_TRY(database_.write_guarded([&](database::Session& session) -> core::Result<void> {
    SG_TRY(rows::remove_expired(session, now));
    // Who asks again and again has changed their mind: the oldest is the least likely to be fetched.
    SG_TRY(rows::keep_newest(session, caller.user_id, most_of_user - 1));
    SG_ASSIGN(const auto kept, rows::count(session));
    if (kept >= most_archives)
      return core::fail(core::unavailable("many downloads are being prepared; try again in some minutes"));
    return rows::insert(session, row_of(archive));
  }));
  return std::make_shared<const PhotoArchive>(std::move(archive));
}

core::Result<std::shared_ptr<const PhotoArchive>> PhotoArchives::find(ArchiveId id, const accounts::Caller& caller) {
  SG_ASSIGN(auto row,
            database_.read([&](database::Session& session) { return rows::find(session, id, clock_.now()); }));
  if (!row || row->owner != caller.user_id || row->owner_name != caller.name) return nullptr;
  return archive_of(std::move(*row));
}

core::Result<PhotoArchives::Sending> PhotoArchives::begin_sending(const accounts::Caller& caller) {
  auto of_all = sending_.take(everybody, most_archives_sent);
  if (!of_all) return core::fail(core::unavailable("many downloads are running; try again shortly"));
  for (int place = 1; place <= most_sent_to_user; ++place) {
    SG_ASSIGN(auto of_user,
              database_.locks().try_take(fmt::format("archive/{}/{}", caller.user_id.to_string(), place)));
    if (of_user) return Sending{.of_user = std::move(*of_user), .of_all = std::move(of_all)};
  }
  return core::fail(core::ErrorCode::quota_exceeded, "three downloads of yours are running; wait for one to end");
}

}  // namespace sightglass::http
