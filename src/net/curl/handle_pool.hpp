// libcurl's easy handles, each with its kept connections, lent to one request at a time.
#pragma once

#include <curl/curl.h>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace sightglass::net::curl {

struct FreeHandle {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using Handle = std::unique_ptr<CURL, FreeHandle>;

// Thread-safe. Outlives what it lends.
class HandlePool {
 public:
  // A handle for one request. Given back it keeps its connection and forgets all else.
  class Loan {
   public:
    Loan(HandlePool& owner, Handle handle) : owner_(&owner), handle_(std::move(handle)) {}
    Loan(Loan&&) = default;
    Loan& operator=(Loan&&) = delete;
    ~Loan() {
      if (handle_) owner_->give_back(std::move(handle_));
    }
    CURL* get() const { return handle_.get(); }

   private:
    HandlePool* owner_;
    Handle handle_;
  };

  explicit HandlePool(std::size_t most) : most_(most) {}

  // nullopt when none became free in time. Blocks.
  std::optional<Loan> lend(std::chrono::steady_clock::time_point until);

 private:
  void give_back(Handle handle);

  const std::size_t most_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<Handle> idle_;  // the one used last at the end: its connection is the least likely to be closed by now
  std::size_t made_ = 0;
};

}  // namespace sightglass::net::curl
