#include "accounts/credential_cache.hpp"

#include <utility>

namespace sightglass::accounts {

std::optional<Remembered> CredentialCache::find(std::string_view credential, core::Instant now) {
  const auto hash = hash_(credential);
  auto& shard = shard_of(hash);
  const std::scoped_lock lock(shard.mutex);
  const auto found = shard.entries.find(hash);
  if (found == shard.entries.end()) return std::nullopt;
  if (found->second.epoch == epoch() && now < found->second.remembered.until) return found->second.remembered;
  shard.entries.erase(found);
  return std::nullopt;
}

void CredentialCache::remember(std::string_view credential, Remembered entry, std::uint64_t epoch, core::Instant now) {
  const auto hash = hash_(credential);
  auto& shard = shard_of(hash);
  const std::scoped_lock lock(shard.mutex);
  if (epoch != this->epoch()) return;
  if (shard.entries.size() >= most_per_shard) {
    std::erase_if(shard.entries,
                  [&](const auto& old) { return old.second.epoch != epoch || now >= old.second.remembered.until; });
    // Still full of live ones: starting over costs each of them one look at the database.
    if (shard.entries.size() >= most_per_shard) shard.entries.clear();
  }
  shard.entries.insert_or_assign(hash, Entry{.remembered = std::move(entry), .epoch = epoch});
}

}  // namespace sightglass::accounts
