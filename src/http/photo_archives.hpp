// Tickets for downloads of many photos: what somebody chose is kept for a while, so that a browser can fetch it by an
// address, through any node.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "accounts/caller.hpp"
#include "core/ids.hpp"
#include "core/result.hpp"
#include "core/time.hpp"
#include "database/database.hpp"
#include "database/photo_archives.hpp"
#include "http/photo_bytes.hpp"
#include "http/shares.hpp"

namespace sightglass::http {

using database::photo_archives::ArchiveId;

inline constexpr std::size_t most_archived_photos = 10'000;  // of one archive
inline constexpr auto archive_lifetime = std::chrono::minutes(15);
// Sent at once by one node; each has a thread to wait on for the disk, and for pictures that are made again.
inline constexpr int most_archives_sent = 12;

struct PhotoArchive {
  ArchiveId id{};
  core::UserId owner{};
  std::string owner_name{};  // tells a user's tokens apart
  PhotoVariant variant = PhotoVariant::original;
  std::vector<core::PhotoId> photos{};  // all that were chosen, also those that cannot be had
  std::int64_t count = 0;               // of those that can
  std::int64_t bytes = 0;               // of their files
  core::Instant expires_at{};
};

// Thread-safe. All calls block on the database.
class PhotoArchives {
 public:
  PhotoArchives(database::Database& database, const core::Clock& clock) : database_(database), clock_(clock) {}

  // Gives it an id and its time. Of one user the last ten are kept; unavailable while as many are kept as may be for
  // all.
  core::Result<std::shared_ptr<const PhotoArchive>> add(const accounts::Caller& caller, PhotoArchive archive);
  // Null when there is none of this caller's with this id, or its time is over.
  core::Result<std::shared_ptr<const PhotoArchive>> find(ArchiveId id, const accounts::Caller& caller);

  // Held while an archive is sent. Its end may block.
  struct Sending {
    database::NodeLocks::Held of_user;  // one of three, over all nodes
    Shares::Share of_all{};
  };
  // quota_exceeded while this user downloads three others, unavailable while this node sends as many as it may.
  core::Result<Sending> begin_sending(const accounts::Caller& caller);

 private:
  database::Database& database_;
  const core::Clock& clock_;
  Shares sending_{};
};

}  // namespace sightglass::http
