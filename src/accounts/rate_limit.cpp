#include "accounts/rate_limit.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace sightglass::accounts {
namespace {

constexpr std::size_t longest_key = 64;
// Begins as no network and no user's name can.
const std::string overflow_key = "\x01 everybody else";

std::string bounded(std::string_view key) { return std::string(key.substr(0, longest_key)); }

}  // namespace

double RateLimit::filled(const Bucket& bucket, core::Instant now) const {
  // A clock that was set back must not take tokens away.
  const double seconds = std::max(0.0, std::chrono::duration<double>(now - bucket.at).count());
  return std::min(capacity_, bucket.tokens + seconds * capacity_ / 60.0);
}

RateLimit::Bucket& RateLimit::bucket_of(std::string_view key, core::Instant now) {
  auto name = bounded(key);
  if (auto found = buckets_.find(name); found != buckets_.end()) {
    found->second.tokens = filled(found->second, now);
    found->second.at = now;
    return found->second;
  }
  if (buckets_.size() >= most_keys_)
    std::erase_if(buckets_, [&](const auto& entry) { return filled(entry.second, now) >= capacity_; });
  if (buckets_.size() >= most_keys_ && name != overflow_key) return bucket_of(overflow_key, now);
  return buckets_.emplace(std::move(name), Bucket{.tokens = capacity_, .at = now}).first->second;
}

RateLimit::Verdict RateLimit::take(std::string_view key, core::Instant now) {
  const std::scoped_lock lock(mutex_);
  auto& bucket = bucket_of(key, now);
  if (bucket.tokens >= 1.0) {
    bucket.tokens -= 1.0;
    bucket.is_refusing = false;
    return Verdict::allowed;
  }
  return std::exchange(bucket.is_refusing, true) ? Verdict::refused : Verdict::first_refused;
}

void RateLimit::give_back(std::string_view key, core::Instant now) {
  const std::scoped_lock lock(mutex_);
  auto& bucket = bucket_of(key, now);
  bucket.tokens = std::min(capacity_, bucket.tokens + 1.0);
}

std::chrono::seconds RateLimit::wait(std::string_view key, core::Instant now) const {
  const std::scoped_lock lock(mutex_);
  auto found = buckets_.find(bounded(key));
  // A key that found no place was counted with everybody else.
  if (found == buckets_.end() && buckets_.size() >= most_keys_) found = buckets_.find(overflow_key);
  if (found == buckets_.end()) return std::chrono::seconds(0);
  const double missing = 1.0 - filled(found->second, now);
  if (missing <= 0.0) return std::chrono::seconds(0);
  return std::chrono::seconds(static_cast<std::int64_t>(std::ceil(missing * 60.0 / capacity_)));
}

std::size_t RateLimit::size() const {
  const std::scoped_lock lock(mutex_);
  return buckets_.size();
}

std::string network_of(std::string_view peer) {
  const std::string text(peer.substr(0, INET6_ADDRSTRLEN));
  std::array<unsigned char, 16> address{};
  if (::inet_pton(AF_INET6, text.c_str(), address.data()) != 1) return text;
  // "::ffff:a.b.c.d" (RFC 4291, 2.5.5.2) is an IPv4 host: its network is all in the lower half.
  in6_addr whole{};
  std::ranges::copy(address, whole.s6_addr);
  if (IN6_IS_ADDR_V4MAPPED(&whole)) return text;
  std::fill(address.begin() + 8, address.end(), static_cast<unsigned char>(0));
  std::array<char, INET6_ADDRSTRLEN> network{};
  ::inet_ntop(AF_INET6, address.data(), network.data(), network.size());
  return std::string(network.data()) + "/64";
}

}  // namespace sightglass::accounts
