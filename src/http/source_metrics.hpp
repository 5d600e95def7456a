// What /metrics and /health say of sources: of the whole installation, whichever server is asked.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "core/time.hpp"
#include "database/database.hpp"
#include "database/pull_sources.hpp"

namespace sightglass::http {

struct SourceFigures {
  std::vector<database::pull_sources::Source> sources{};  // that are switched on
  std::map<std::string, std::int64_t> files{};            // of all sources, by state
  std::map<std::string, std::int64_t> runs{};             // that have not ended, by state
};

struct SourceTally {
  std::int64_t configured = 0;
  std::int64_t failing = 0;
  std::int64_t quiet = 0;
};
SourceTally tally_of(const SourceFigures& figures, core::Instant now);

// In the Prometheus text format, with HELP and TYPE of each family. docs/metrics.md describes them. Sources go by their
// ids: who reads metrics learns no names.
std::string source_metrics(const SourceFigures& figures, core::Instant now);

// The newest look at the sources, renewed at most every few seconds and one part in fifty of the time: of a ledger of
// millions of files a look takes a while. Thread-safe.
class SourceWatch {
 public:
  SourceWatch(database::Database& database, const core::Clock& clock) : database_(database), clock_(clock) {}
  // Blocks on the database now and then. What cannot be read stays as it was seen last.
  void look();
  // Never block on more than another look().
  std::string text() const;
  SourceTally tally() const;

 private:
  static constexpr std::chrono::seconds max_age{5};
  static constexpr int share = 50;
  using Time = std::chrono::steady_clock::time_point;

  database::Database& database_;
  const core::Clock& clock_;
  mutable std::mutex mutex_;
  SourceFigures figures_;
  Time next_look_{};
};

}  // namespace sightglass::http
