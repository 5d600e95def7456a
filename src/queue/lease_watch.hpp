// Finds leases that nobody renews any more, and gives their tasks back.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "core/result.hpp"
#include "core/time.hpp"
#include "database/database.hpp"

namespace sightglass::queue {

// A worker renews what it holds every third of a lease, by writing another end. Here only counts that the end moves,
// over a time measured by this process's own clock, which never jumps: how far the clocks of the nodes are apart, and
// that one is set, does not matter. Not thread-safe.
class LeaseWatch {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  explicit LeaseWatch(std::chrono::seconds lease) : lease_(lease) {}

  // To be called every few seconds. After a pause in looking (the database was away, this process was stopped)
  // everybody gets the whole time anew. Returns how many tasks were discarded. Blocks.
  core::Result<std::int64_t> look(database::Database& database, const core::Clock& clock, TimePoint now);

 private:
  using Lease = std::pair<std::string, core::Instant>;  // the owner, and until when

  std::chrono::seconds lease_;
  std::map<Lease, TimePoint> seen_;  // since when
  TimePoint last_look_{};
};

}  // namespace sightglass::queue
