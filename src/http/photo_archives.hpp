// Tickets for downloads of many photos: what somebody chose is kept in memory for a while, so that a browser can fetch
// it by an address.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "accounts/caller.hpp"
#include "core/ids.hpp"
#include "core/result.hpp"
#include "core/time.hpp"
#include "http/photo_bytes.hpp"
#include "http/shares.hpp"

namespace sightglass::http {

using ArchiveId = core::UuidId<struct ArchiveTag>;

inline constexpr std::size_t most_archived_photos = 10'000;  // of one archive
inline constexpr auto archive_lifetime = std::chrono::minutes(15);
// Sent at once; each has a thread to wait on for the disk, and for pictures that are made again.
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

// Thread-safe; never blocks for long.
class PhotoArchives {
 public:
  explicit PhotoArchives(const core::Clock& clock) : clock_(clock) {}

  // Gives it an id and its time. Of one user the last ten are kept; unavailable while the server keeps as many as it
  // may for all.
  core::Result<std::shared_ptr<const PhotoArchive>> add(const accounts::Caller& caller, PhotoArchive archive);
  // Null when there is none of this caller's with this id, or its time is over.
  std::shared_ptr<const PhotoArchive> find(ArchiveId id, const accounts::Caller& caller);

  // Held while an archive is sent.
  struct Sending {
    Shares::Share of_user{};
    Shares::Share of_all{};
  };
  // quota_exceeded while this user downloads three others, unavailable while the server sends as many as it may.
  core::Result<Sending> begin_sending(const accounts::Caller& caller);

 private:
  void drop_expired();

  const core::Clock& clock_;
  std::mutex mutex_{};
  std::list<std::shared_ptr<const PhotoArchive>> archives_{};  // the oldest first
  Shares sending_{};
};

}  // namespace sightglass::http
