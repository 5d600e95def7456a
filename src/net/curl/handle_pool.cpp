#include "net/curl/handle_pool.hpp"

#include <stdexcept>
#include <utility>

namespace sightglass::net::curl {
namespace {

Handle make_handle() {
  // Once, and before the first handle: curl_global_init() is not thread-safe by itself.
  static const bool is_ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  Handle handle(is_ready ? curl_easy_init() : nullptr);
  if (!handle) throw std::runtime_error("libcurl could not be started");
  return handle;
}

}  // namespace

std::optional<HandlePool::Loan> HandlePool::lend(std::chrono::steady_clock::time_point until) {
  std::unique_lock lock(mutex_);
  const bool is_free = returned_.wait_until(lock, until, [this] { return !idle_.empty() || made_ < most_; });
  if (!is_free) return std::nullopt;
  if (idle_.empty()) {
    auto handle = make_handle();
    ++made_;
    return Loan(*this, std::move(handle));
  }
  Handle handle = std::move(idle_.back());
  idle_.pop_back();
  return Loan(*this, std::move(handle));
}

void HandlePool::give_back(Handle handle) {
  curl_easy_reset(handle.get());
  {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(handle));
  }
  returned_.notify_one();
}

}  // namespace sightglass::net::curl
