// Sources that are folders of this machine: watched, so that what comes is fetched within seconds.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "core/pull_ids.hpp"
#include "database/pull_sources.hpp"
#include "sources/folder/folder_watch.hpp"

namespace sightglass::pulls {

// One thread alone calls it.
class FolderWatches {
 public:
  // `told` is called from a thread of each watch, and must not block; it outlives the watches.
  explicit FolderWatches(std::function<void(core::PullSourceId)> told) : told_(std::move(told)) {}

  // Watches those of `active` that are folders, and no others. What cannot be watched is looked at by the clock alone,
  // as all sources are; the log says so once.
  void keep(const std::vector<database::pull_sources::Source>& active);

 private:
  struct Watch {
    std::string path{};
    std::int32_t depth = 0;
    std::unique_ptr<sources::FolderWatch> running{};  // null: it could not be watched
  };
  std::function<void(core::PullSourceId)> told_;
  std::map<core::PullSourceId, Watch> watches_{};
};

}  // namespace sightglass::pulls
