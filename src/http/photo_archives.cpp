#include "http/photo_archives.hpp"

#include <algorithm>
#include <utility>

namespace sightglass::http {
namespace {

constexpr std::ptrdiff_t most_of_user = 10;
constexpr std::size_t most_archives = 200;  // of 16 bytes a photo: 32 MB when all are as long as they may be
constexpr int most_sent_to_user = 3;
const std::string everybody{};  // no user has this id

bool is_owner(const PhotoArchive& archive, const accounts::Caller& caller) {
  return archive.owner == caller.user_id && archive.owner_name == caller.name;
}

}  // namespace

core::Result<std::shared_ptr<const PhotoArchive>> PhotoArchives::add(const accounts::Caller& caller,
                                                                     PhotoArchive archive) {
  const auto now = clock_.now();
  archive.id = ArchiveId::make(now);
  archive.owner = caller.user_id;
  archive.owner_name = caller.name;
  archive.expires_at = now + archive_lifetime;
  const std::lock_guard lock(mutex_);
  drop_expired();
  const auto is_of_user = [&](const auto& kept) { return kept->owner == caller.user_id; };
  // Who asks again and again has changed their mind: the oldest is the least likely to be fetched.
  if (std::ranges::count_if(archives_, is_of_user) >= most_of_user)
    archives_.erase(std::ranges::find_if(archives_, is_of_user));
  if (archives_.size() >= most_archives)
    return core::fail(core::unavailable("many downloads are being prepared; try again in some minutes"));
  return archives_.emplace_back(std::make_shared<const PhotoArchive>(std::move(archive)));
}

std::shared_ptr<const PhotoArchive> PhotoArchives::find(ArchiveId id, const accounts::Caller& caller) {
  const std::lock_guard lock(mutex_);
  drop_expired();
  const auto found = std::ranges::find_if(archives_, [&](const auto& kept) { return kept->id == id; });
  return found != archives_.end() && is_owner(**found, caller) ? *found : nullptr;
}

// All live equally long, so that the first are the first to go.
void PhotoArchives::drop_expired() {
  const auto now = clock_.now();
  while (!archives_.empty() && archives_.front()->expires_at <= now) archives_.pop_front();
}

core::Result<PhotoArchives::Sending> PhotoArchives::begin_sending(const accounts::Caller& caller) {
  auto of_user = sending_.take(caller.user_id.to_string(), most_sent_to_user);
  if (!of_user)
    return core::fail(core::ErrorCode::quota_exceeded, "three downloads of yours are running; wait for one to end");
  auto of_all = sending_.take(everybody, most_archives_sent);
  if (!of_all) return core::fail(core::unavailable("many downloads are running; try again shortly"));
  return Sending{.of_user = std::move(of_user), .of_all = std::move(of_all)};
}

}  // namespace sightglass::http
