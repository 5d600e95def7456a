// How many tasks ended in each queue and how long they waited and ran, minute by minute: kept by those who end them,
// in the transaction that ends them.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "database/database.hpp"

namespace sightglass::queue {

using Micros = std::chrono::microseconds;

// Counts of durations by these upper bounds: from a millisecond, for what hardly waits, up to six hours, for training.
// The last count is of what took longer.
struct Spread {
  static constexpr std::array<std::int64_t, 18> bounds_ms{
      1, 2, 5, 10, 25, 50, 100, 250, 500, 1'000, 2'500, 5'000, 10'000, 30'000, 60'000, 300'000, 1'800'000, 21'600'000};
  std::array<std::int64_t, bounds_ms.size() + 1> counts{};
  Micros sum{0};

  void add(Micros duration);  // a negative one, of clocks that differ, counts as none
  Spread& operator+=(const Spread& other);
  std::int64_t total() const;
  // So many per cent (1 … 100) took no longer; inside a step the counts are taken as spread evenly. nullopt without
  // any. What is beyond the last bound is told as that bound.
  std::optional<Micros> percentile(int per_cent) const;
};

// What ended in one queue within some time.
struct Rate {
  std::int64_t completed = 0;
  std::int64_t failed = 0;     // attempts that will be made again
  std::int64_t discarded = 0;  // attempts that were the last
  std::int64_t cancelled = 0;  // stopped while they ran
  Spread wait{};               // from when it was due until it was begun
  Spread run{};
  Rate& operator+=(const Rate& other);
};

// Gathered for one batch of endings, and written with it. Not thread-safe.
class RateTally {
 public:
  // `task` as it was claimed (when it was due, when it began); `end` is completed, retryable, discarded or cancelled.
  // Others count nowhere.
  void add(const core::Task& task, core::TaskState end, core::Instant began, Micros ran, core::Instant now);
  // Adds to the rows of `owner`, in one statement for all queues and minutes; nothing when nothing was added. Only who
  // holds the owner's leases may write them, or who took them after its death. Blocks.
  core::Result<void> write(database::Session& session, std::string_view owner) const;

 private:
  std::map<std::pair<core::TaskQueue, std::int64_t>, Rate> rates_;  // by queue and minute, in seconds since 1970
};

// A tally of one attempt alone, of what end_attempt() returned, in the row of who held it. Blocks.
core::Result<void> count_ended_attempt(database::Session& session, const core::Task& task, core::Instant now);

struct RatePoint {
  core::Instant at{};  // the step's begin
  Rate rate{};
};
struct QueueHistory {
  core::TaskQueue queue{};
  std::vector<RatePoint> points{};  // in order of time; steps without any ending are left out
};
struct RateRange {
  core::Instant from{};
  core::Instant until{};
  std::chrono::seconds step{60};  // a multiple of a minute; steps begin at multiples of it since 1970
};
// All four queues, also those where nothing ended. What is older than a day is known by the hour only, and stands at
// the hour's begin. Blocks.
core::Result<std::vector<QueueHistory>> rate_history(database::Session& session, const RateRange& range);

// Everything that ever ended, by queue: these never fall. Blocks.
core::Result<std::vector<std::pair<core::TaskQueue, Rate>>> rate_totals(database::Session& session);

inline constexpr std::chrono::hours minutes_kept{25};
inline constexpr std::chrono::days hours_kept{90};
// Minutes that are older than minutes_kept become hours, and hours older than hours_kept are added to the totals.
// Returns how many rows went. Blocks.
core::Result<std::int64_t> fold_rates(database::Session& session, core::Instant now);

}  // namespace sightglass::queue
