// Thumbnails in memory, with what is needed to decide on the event loop who may see them.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/photo.hpp"
#include "core/time.hpp"
#include "database/photos.hpp"
#include "http/message.hpp"

namespace sightglass::http {

// Whom a photo is shown to, as of the moment it was read.
struct Audience {
  std::optional<core::UserId> uploader{};
  bool is_open = false;                  // its job is open to every technician
  std::vector<core::UserId> assigned{};  // of its job
  // The rule of accounts/caller.hpp, on values in memory.
  bool admits(const database::photos::Visibility& visibility) const;
};

// Immutable once cached: many responses share one.
struct Thumbnail {
  core::PhotoId photo{};
  std::string photo_text{};  // the id as text, for the audit log
  Audience audience{};
  std::string etag{};         // strong, with its quotes
  std::int32_t rotation = 0;  // that the photo had, degrees clockwise
  core::Instant modified_at{};
  Headers headers{};  // everything but the length: type, validators, caching
  std::shared_ptr<const std::string> bytes{};
  core::Instant checked_at{};  // when row and file were last looked at
};

// A least-recently-used cache bounded in bytes, in shards so that threads rarely meet. Thread-safe; never blocks
// longer than a hash lookup.
class ThumbnailCache {
 public:
  // How long an entry answers before row and file are looked at again: a changed job or a removed photo shows
  // through after this at the latest.
  static constexpr std::chrono::seconds max_age{5};
  static constexpr std::size_t shard_count = 8;

  explicit ThumbnailCache(std::size_t max_bytes = 16U << 20);

  // The entry however old, or nullptr. Counts as a use.
  std::shared_ptr<const Thumbnail> find(std::string_view key);
  // The entry when it was checked within max_age.
  std::shared_ptr<const Thumbnail> find_fresh(std::string_view key, core::Instant now);
  // Replaces what stood under the key; drops the longest unused until the shard fits its share.
  void put(std::string key, std::shared_ptr<const Thumbnail> thumbnail);
  void forget(std::string_view key);
  std::size_t bytes() const;

 private:
  using Entry = std::pair<std::string, std::shared_ptr<const Thumbnail>>;
  struct Shard {
    mutable std::mutex mutex;
    std::list<Entry> entries;                                                // most recently used first
    std::unordered_map<std::string_view, std::list<Entry>::iterator> index;  // keys live in `entries`
    std::size_t bytes = 0;
  };
  Shard& shard_of(std::string_view key) { return shards_[std::hash<std::string_view>{}(key) % shard_count]; }
  static void erase(Shard& shard, std::list<Entry>::iterator entry);
  static std::size_t cost_of(const Entry& entry);

  std::size_t max_shard_bytes_;
  std::array<Shard, shard_count> shards_;
};

// The keys of one thumbnail's two addresses.
std::string thumbnail_key(core::PhotoId id);
std::string thumbnail_key(std::string_view job, std::string_view filename);

}  // namespace sightglass::http
