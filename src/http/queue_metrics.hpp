// What /metrics says of the queues: of the whole installation, whichever server is asked.
#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <vector>

#include "core/time.hpp"
#include "database/database.hpp"
#include "queue/queue_figures.hpp"

namespace sightglass::http {

// In the Prometheus text format, with HELP and TYPE of each family. docs/metrics.md describes them.
std::string queue_metrics(const std::vector<queue::QueueFigures>& queues, core::Instant now);

// The newest look at the queues, renewed at most every few seconds and one part in twenty of the time, so that scrapes
// do not load the store. Thread-safe.
class QueueWatch {
 public:
  QueueWatch(database::Database& database, const core::Clock& clock) : database_(database), clock_(clock) {}
  // Blocks on the database now and then. What cannot be read stays as it was seen last.
  void look();
  // Never blocks on more than another look().
  std::string text() const;

 private:
  static constexpr std::chrono::seconds max_age{5};
  static constexpr int share = 20;
  using Time = std::chrono::steady_clock::time_point;

  database::Database& database_;
  const core::Clock& clock_;
  mutable std::mutex mutex_;
  std::vector<queue::QueueFigures> figures_;
  Time next_look_{};
};

}  // namespace sightglass::http
