// Finds runs of other processes that give no sign of life any more, and declares them over.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <vector>

#include "core/result.hpp"
#include "core/time.hpp"
#include "database/database.hpp"
#include "database/runs.hpp"
#include "queue/node_run.hpp"

namespace sightglass::queue {

// Goes by its own clock alone, which never jumps: how far the clocks of the nodes are apart does not matter. Not
// thread-safe.
class RunWatch {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // To be called every run_beat. Declares over whose beats stood still for run_lost while this process looked all the
  // time: after a pause in looking (the database was away, this process was stopped) everybody gets the whole time
  // anew. Its own runs are watched like the others': a live process gives signs of life. Returns those that are over
  // now. Blocks.
  core::Result<std::vector<database::runs::Run>> look(database::Database& database, const core::Clock& clock,
                                                      TimePoint now);

 private:
  struct Seen {
    std::int64_t beats = 0;
    TimePoint since{};
  };
  std::map<database::RunId, Seen> seen_;
  TimePoint last_look_{};
};

}  // namespace sightglass::queue
