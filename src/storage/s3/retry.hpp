// Tries again what may pass, with growing, random pauses, so that many callers do not come back all at once.
#pragma once

#include <chrono>
#include <expected>
#include <utility>

#include "core/result.hpp"
#include "storage/s3/s3_errors.hpp"
#include "storage/s3/s3_options.hpp"

namespace sightglass::storage::s3 {

template <typename T>
using Attempted = std::expected<T, Failure>;

// Waits before attempt `next` (2 and up): a random time up to first_pause × 2^(next−2), longest_pause at most ("full
// jitter", AWS Architecture Blog, "Exponential Backoff And Jitter").
void pause_before(int next, const RetryPolicy& policy);

// The outcome of the first attempt that succeeds, or that fails for good. Blocks for the pauses.
template <typename T, typename F>
core::Result<T> with_retries(const RetryPolicy& policy, F&& attempt) {
  const auto until = std::chrono::steady_clock::now() + policy.patience;
  for (int number = 1;; ++number) {
    Attempted<T> outcome = attempt();
    if (outcome) {
      if constexpr (std::is_void_v<T>) {
        return {};
      } else {
        return std::move(*outcome);
      }
    }
    if (!outcome.error().may_pass || number >= policy.most_attempts || std::chrono::steady_clock::now() >= until)
      return core::fail(std::move(outcome.error().error));
    pause_before(number + 1, policy);
  }
}

}  // namespace sightglass::storage::s3
