#include "filing/tile_cache.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <span>
#include <vector>

#include "core/lost_file.hpp"
#include "core/no_room.hpp"
#include "database/photos.hpp"
#include "filing/layout.hpp"

namespace sightglass::filing {
namespace {

using core::Result;

constexpr std::int32_t making_time_ms = 120'000;  // a hundred megapixels on a slow machine
constexpr std::string_view pack_ending = ".tiles";
// Looked at once in so many tiles: a pyramid of a hundred megapixels has about 500.
constexpr std::size_t tiles_between_looks = 32;

// Writes tiles into a temporary of the store, which vanishes with it unless it is placed.
class PackWriter final : public imaging::TileSink {
 public:
  PackWriter(storage::BlobStore& blobs, std::int64_t min_free_bytes) : blobs_(blobs), min_free_bytes_(min_free_bytes) {}

  Result<void> begin(core::Size size) override {
    size_ = size;
    lengths_.clear();
    SG_ASSIGN(blob_, blobs_.begin_incoming());
    return {};
  }
  Result<void> add(std::string_view jpeg) override {
    if (lengths_.size() % tiles_between_looks == 0) SG_TRY(check_room());
    lengths_.push_back(static_cast<std::uint32_t>(jpeg.size()));
    return blob_->write(std::as_bytes(std::span(jpeg)));
  }
  Result<void> place(const std::string& key) {
    const auto index = tile_index(size_, lengths_);
    SG_TRY(blob_->write(std::as_bytes(std::span(index))));
    return blobs_.place(*blob_, key);
  }

 private:
  Result<void> check_room() const {
    SG_ASSIGN(const auto free, blobs_.free_bytes());
    if (free < 0 || free >= min_free_bytes_) return {};
    return core::fail(core::no_room(fmt::format(
        "There is too little room left for the tiles of this picture: {} MiB are kept in reserve; make room on that "
        "disk.",
        min_free_bytes_ >> 20)));
  }

  storage::BlobStore& blobs_;
  std::int64_t min_free_bytes_;
  std::unique_ptr<storage::IncomingBlob> blob_{};
  core::Size size_{};
  std::vector<std::uint32_t> lengths_{};
};

// What was a sound picture when it came in, and is none any more, was damaged in the store.
core::Error worded(core::Error error) {
  using enum core::ErrorCode;
  if (error.code != corrupt_image && error.code != unsupported_format) return error;
  return core::lost_file("the original of this photo cannot be read any more; put it back from a backup",
                         std::move(error.message));
}

std::optional<core::Sha256> photo_hash_of(std::string_view key) {
  key.remove_prefix(std::min(key.size(), tiles_prefix.size()));
  return key.ends_with(pack_ending) ? core::Sha256::from_hex(key.substr(0, key.find('-'))) : std::nullopt;
}

struct Pack {
  std::string key{};
  std::int64_t bytes = 0;
  core::Instant used_at{};
};

Result<std::vector<Pack>> packs_in(const storage::BlobStore& blobs) {
  std::vector<Pack> packs;
  SG_TRY(blobs.list(tiles_prefix, [&](std::string_view key, const storage::BlobInfo& info) {
    packs.push_back({std::string(key), info.bytes, info.modified_at});
    return true;
  }));
  return packs;
}

}  // namespace

std::string tile_pack_key(const core::Photo& photo) {
  return fmt::format("{}{}-{}{}", tiles_prefix, photo.sha256.to_hex(), photo.rotation, pack_ending);
}

// The right to make a pyramid, which one caller has at a time: a making holds a decoder for seconds, and uploads need
// the others.
class TileCache::Turn {
 public:
  explicit Turn(TileCache& cache) : cache_(cache) {
    std::unique_lock lock(cache_.mutex_);
    is_ours_ = cache_.ended_.wait_for(lock, cache_.options_.max_wait, [&] { return !cache_.is_making_; });
    if (is_ours_) cache_.is_making_ = true;
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn() {
    if (!is_ours_) return;
    const std::lock_guard lock(cache_.mutex_);
    cache_.is_making_ = false;
    cache_.ended_.notify_all();
  }
  bool is_ours() const { return is_ours_; }

 private:
  TileCache& cache_;
  bool is_ours_ = false;
};

TileCache::TileCache(Stores stores, imaging::Decoder& decoder, const core::Clock& clock, TileCacheOptions options)
    : originals_(stores.originals),
      packs_(stores.packs),
      decoder_(decoder),
      clock_(clock),
      options_(std::move(options)) {}

void TileCache::note_use(const std::string& key) {
  const std::lock_guard lock(mutex_);
  last_uses_[key] = clock_.now();
}

Result<std::optional<TilePack>> TileCache::find(const core::Photo& photo) {
  const auto key = tile_pack_key(photo);
  auto file = packs_.open(key);
  if (!file && file.error().code == core::ErrorCode::not_found) return std::nullopt;
  if (!file) return core::fail(std::move(file).error());
  auto pack = TilePack::open(std::move(*file));
  if (pack) {
    note_use(key);
    return pack;
  }
  if (pack.error().code != core::ErrorCode::corrupt_image) return core::fail(std::move(pack).error());
  SG_TRY(packs_.remove(key));
  return std::nullopt;
}

Result<TilePack> TileCache::make(const core::Photo& photo) {
  const Turn turn(*this);
  if (!turn.is_ours()) return core::fail(core::unavailable("Tiles are being made; ask again in a moment."));
  // Whoever had the turn before may have made the very same.
  SG_ASSIGN(auto found, find(photo));
  if (found) return std::move(*found);
  return build(photo, tile_pack_key(photo));
}

Result<TilePack> TileCache::build(const core::Photo& photo, const std::string& key) {
  if (photo.files.original.empty()) return core::fail(core::not_found("the original of this photo was not kept"));
  auto original = originals_.open(photo.files.original);
  if (!original && original.error().code == core::ErrorCode::not_found) return core::fail(core::lost_original());
  if (!original) return core::fail(std::move(original).error());
  // About what the tiles will take, so that older ones go before and not after.
  const auto expected = std::int64_t{photo.size.width} * photo.size.height / 2;
  SG_TRY(make_room(key, options_.min_free_bytes + expected));
  auto limits = options_.limits;
  limits.timeout_ms = std::max(limits.timeout_ms, making_time_ms);
  PackWriter writer(packs_, options_.min_free_bytes);
  const imaging::TilePlan plan{.allow_damaged = photo.is_damaged, .rotation = photo.rotation};
  const auto cut = decoder_.cut_tiles(original->get(), plan, limits, writer);
  if (!cut) return core::fail(worded(cut.error()));
  SG_TRY(writer.place(key));
  note_use(key);
  SG_TRY(make_room(key, options_.min_free_bytes));
  SG_ASSIGN(auto file, packs_.open(key));
  return TilePack::open(std::move(file));
}

Result<bool> TileCache::lacks_room(std::int64_t wanted_free_bytes) const {
  SG_ASSIGN(const auto free, packs_.free_bytes());
  return free >= 0 && free < wanted_free_bytes;
}

Result<std::int64_t> TileCache::make_room(std::string_view kept, std::int64_t wanted_free_bytes) {
  SG_ASSIGN(auto packs, packs_in(packs_));
  std::int64_t total = 0;
  {
    const std::lock_guard lock(mutex_);
    for (auto& pack : packs) {
      total += pack.bytes;
      if (const auto use = last_uses_.find(pack.key); use != last_uses_.end()) pack.used_at = use->second;
    }
    std::erase_if(last_uses_,
                  [&](const auto& use) { return std::ranges::find(packs, use.first, &Pack::key) == packs.end(); });
  }
  std::ranges::sort(packs, {}, &Pack::used_at);
  std::int64_t removed = 0;
  for (const auto& pack : packs) {
    if (pack.key == kept) continue;
    if (total <= options_.max_bytes) {
      SG_ASSIGN(const bool is_short, lacks_room(wanted_free_bytes));
      if (!is_short) break;
    }
    // Who sends from it has it open: its bytes stay until that is done.
    SG_TRY(packs_.remove(pack.key));
    total -= pack.bytes;
    ++removed;
  }
  return removed;
}

Result<std::int64_t> TileCache::tidy(database::Database& database) {
  SG_ASSIGN(const auto packs, packs_in(packs_));
  std::int64_t removed = 0;
  for (const auto& pack : packs) {
    const auto hash = photo_hash_of(pack.key);
    std::optional<core::Photo> owner;
    if (hash) {
      SG_ASSIGN(owner, database.read(
                           [&](database::Session& session) { return database::photos::find_by_hash(session, *hash); }));
    }
    if (owner) continue;
    SG_TRY(packs_.remove(pack.key));
    ++removed;
  }
  // Twice the reserve: uploads are refused at the reserve, and a cache must not be what they miss.
  SG_ASSIGN(const auto evicted, make_room({}, 2 * options_.min_free_bytes));
  return removed + evicted;
}

Result<TileCache::Kept> TileCache::kept() const {
  SG_ASSIGN(const auto packs, packs_in(packs_));
  Kept kept{.count = static_cast<std::int64_t>(packs.size())};
  for (const auto& pack : packs) kept.bytes += pack.bytes;
  return kept;
}

}  // namespace sightglass::filing
