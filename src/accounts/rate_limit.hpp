// A token bucket per key, in bounded memory: who failed too often waits.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/time.hpp"

namespace sightglass::accounts {

// Thread-safe; never blocks for long. Each key's bucket holds `per_minute` attempts and fills at that rate.
class RateLimit {
 public:
  enum class Verdict : std::uint8_t {
    allowed,
    refused,
    first_refused,  // the first refusal since an attempt was allowed: worth an entry in the audit log
  };

  // Over `most_keys` keys, those whose buckets are full are dropped; if none is, new keys share one bucket.
  explicit RateLimit(std::int32_t per_minute, std::size_t most_keys = 20'000)
      : capacity_(per_minute), most_keys_(most_keys) {}

  Verdict take(std::string_view key, core::Instant now);
  // For an attempt that turned out to be right.
  void give_back(std::string_view key, core::Instant now);
  // Until take() would allow; 0 when it would now. Rounded up to whole seconds.
  std::chrono::seconds wait(std::string_view key, core::Instant now) const;
  std::size_t size() const;

 private:
  struct Bucket {
    double tokens;
    core::Instant at;
    bool is_refusing = false;
  };
  double filled(const Bucket& bucket, core::Instant now) const;
  Bucket& bucket_of(std::string_view key, core::Instant now);

  double capacity_;
  std::size_t most_keys_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Bucket> buckets_;
};

// What attempts from `peer` are counted under: an IPv4 address, or the /64 network of an IPv6 address, of which
// one subscriber commonly has all (RFC 6177). Other text stands for itself.
std::string network_of(std::string_view peer);

}  // namespace sightglass::accounts
