#include "http/thumbnail_cache.hpp"

#include <algorithm>

namespace sightglass::http {

bool Audience::admits(const database::photos::Visibility& visibility) const {
  if (visibility.sees_all) return true;
  if (!visibility.user) return false;
  return uploader == visibility.user || is_open || std::ranges::find(assigned, *visibility.user) != assigned.end();
}

ThumbnailCache::ThumbnailCache(std::size_t max_bytes) : max_shard_bytes_(max_bytes / shard_count) {}

std::size_t ThumbnailCache::cost_of(const Entry& entry) {
  // Headers, id text and list nodes come to about this much beside the bytes themselves.
  constexpr std::size_t overhead = 768;
  return entry.first.size() + entry.second->bytes->size() + overhead;
}

void ThumbnailCache::erase(Shard& shard, std::list<Entry>::iterator entry) {
  shard.bytes -= cost_of(*entry);
  shard.index.erase(entry->first);
  shard.entries.erase(entry);
}

std::shared_ptr<const Thumbnail> ThumbnailCache::find(std::string_view key) {
  Shard& shard = shard_of(key);
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.index.find(key);
  if (found == shard.index.end()) return nullptr;
  shard.entries.splice(shard.entries.begin(), shard.entries, found->second);
  return found->second->second;
}

std::shared_ptr<const Thumbnail> ThumbnailCache::find_fresh(std::string_view key, core::Instant now) {
  auto thumbnail = find(key);
  if (!thumbnail || now - thumbnail->checked_at > max_age) return nullptr;
  return thumbnail;
}

void ThumbnailCache::put(std::string key, std::shared_ptr<const Thumbnail> thumbnail) {
  Shard& shard = shard_of(key);
  const std::lock_guard lock(shard.mutex);
  if (const auto found = shard.index.find(key); found != shard.index.end()) erase(shard, found->second);
  shard.entries.emplace_front(std::move(key), std::move(thumbnail));
  shard.index.emplace(shard.entries.front().first, shard.entries.begin());
  shard.bytes += cost_of(shard.entries.front());
  while (shard.bytes > max_shard_bytes_ && !shard.entries.empty()) erase(shard, std::prev(shard.entries.end()));
}

void ThumbnailCache::forget(std::string_view key) {
  Shard& shard = shard_of(key);
  const std::lock_guard lock(shard.mutex);
  if (const auto found = shard.index.find(key); found != shard.index.end()) erase(shard, found->second);
}

std::size_t ThumbnailCache::bytes() const {
  std::size_t total = 0;
  for (const Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    total += shard.bytes;
  }
  return total;
}

std::string thumbnail_key(core::PhotoId id) {
  return std::string(reinterpret_cast<const char*>(id.value.bytes.data()), id.value.bytes.size());
}

std::string thumbnail_key(std::string_view job, std::string_view filename) {
  std::string key(job);
  key += '/';
  key += filename;
  return key;
}

}  // namespace sightglass::http
