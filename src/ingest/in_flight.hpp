// Which contents are being filed by this process right now, so that two uploads of the same bytes go one after the
// other and the second finds the first.
#pragma once

#include <condition_variable>
#include <mutex>
#include <set>

#include "core/sha256.hpp"
#include "ingest/accept.hpp"

namespace sightglass::ingest {

// Thread-safe.
class Ingest::InFlight {
 public:
  // Held while a content is filed.
  class Turn {
   public:
    Turn(InFlight& owner, const core::Sha256& content) : owner_(owner), content_(content) {
      std::unique_lock lock(owner_.mutex_);
      owner_.changed_.wait(lock, [&] { return owner_.contents_.insert(content_).second; });
    }
    ~Turn() {
      {
        const std::lock_guard lock(owner_.mutex_);
        owner_.contents_.erase(content_);
      }
      owner_.changed_.notify_all();
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    InFlight& owner_;
    core::Sha256 content_;
  };

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<core::Sha256> contents_;
};

}  // namespace sightglass::ingest
