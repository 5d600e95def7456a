// Keeps the tiles of pictures that somebody looked at closely: made when first asked for, removed when others need the
// room. Losing any of it costs the time to make it again and nothing else.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "core/photo.hpp"
#include "core/result.hpp"
#include "core/time.hpp"
#include "database/database.hpp"
#include "filing/tile_pack.hpp"
#include "imaging/decoder.hpp"
#include "storage/blob_store.hpp"

namespace sightglass::filing {

struct TileCacheOptions {
  std::int64_t max_bytes = 1LL << 30;          // of all packs together; one alone may be larger
  std::int64_t min_free_bytes = 64LL << 20;    // of the disk, which packs never touch
  imaging::Limits limits{};                    // of the originals; tiles have a time of their own
  std::chrono::milliseconds max_wait{25'000};  // for the pyramid that is just being made
};

// "cache/tiles/<sha256>-<rotation>.tiles": photos of the same bytes share theirs, and a turned photo has others.
std::string tile_pack_key(const core::Photo& photo);

// Thread-safe. The stores, the decoder and the clock outlive it.
class TileCache {
 public:
  // Packs lie in a store on this machine: their tiles are read one by one, and nobody else needs them.
  struct Stores {
    const storage::BlobStore& originals;
    storage::BlobStore& packs;
  };
  TileCache(Stores stores, imaging::Decoder& decoder, const core::Clock& clock, TileCacheOptions options);

  // The photo's pack, when it is there. Blocks for the disk alone. A broken one is removed and counts as missing.
  core::Result<std::optional<TilePack>> find(const core::Photo& photo);
  // The same, made when it is missing, in the time of one picture in a decoder. One is made at a time; callers wait up
  // to max_wait for it. Errors: not_found when no original was kept; core::lost_file() when it is gone or cannot be
  // read any more; core::no_room(); unavailable when the wait was too long; the decoder's.
  core::Result<TilePack> make(const core::Photo& photo);

  // Every minute or so: removes packs of photos that were deleted, those over the limit, and all of them when the disk
  // comes near its reserve. Returns how many. Blocks.
  core::Result<std::int64_t> tidy(database::Database& database);

  // Of all packs. Blocks.
  struct Kept {
    std::int64_t count = 0;
    std::int64_t bytes = 0;
  };
  core::Result<Kept> kept() const;

 private:
  class Turn;  // to make one
  core::Result<TilePack> build(const core::Photo& photo, const std::string& key);
  // Removes the packs used least recently, but for `kept`, until the others and the disk have room.
  core::Result<std::int64_t> make_room(std::string_view kept, std::int64_t wanted_free_bytes);
  core::Result<bool> lacks_room(std::int64_t wanted_free_bytes) const;
  void note_use(const std::string& key);

  const storage::BlobStore& originals_;
  storage::BlobStore& packs_;
  imaging::Decoder& decoder_;
  const core::Clock& clock_;
  const TileCacheOptions options_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool is_making_ = false;
  std::map<std::string, core::Instant, std::less<>> last_uses_;  // since the start; before it, when they were made
};

}  // namespace sightglass::filing
