// How much of something scarce each caller or address holds.
#pragma once

#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

namespace sightglass::http {

// Thread-safe; never blocks for long. Remembers only who holds something.
class Shares {
 public:
  // One unit, given back when it ends. The counts outlive it.
  class Share {
   public:
    Share() = default;  // holds nothing
    Share(Share&& other) noexcept : owner_(std::exchange(other.owner_, nullptr)), holder_(std::move(other.holder_)) {}
    Share& operator=(Share&&) = delete;
    ~Share() {
      if (owner_ != nullptr) owner_->give_back(holder_);
    }
    explicit operator bool() const { return owner_ != nullptr; }

   private:
    friend class Shares;
    Share(Shares& owner, std::string holder) : owner_(&owner), holder_(std::move(holder)) {}
    Shares* owner_ = nullptr;
    std::string holder_{};
  };

  // An empty share when `holder` has `most` already.
  Share take(const std::string& holder, int most) {
    const std::lock_guard lock(mutex_);
    const auto found = held_.find(holder);
    if ((found == held_.end() ? 0 : found->second) >= most) return {};
    ++held_[holder];
    return {*this, holder};
  }

 private:
  void give_back(const std::string& holder) {
    const std::lock_guard lock(mutex_);
    const auto found = held_.find(holder);
    if (--found->second == 0) held_.erase(found);
  }

  std::mutex mutex_;
  std::unordered_map<std::string, int> held_;
};

}  // namespace sightglass::http
