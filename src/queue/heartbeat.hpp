// Keeps one task's lease alive from a thread of its own while the task runs.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

#include "core/ids.hpp"
#include "core/time.hpp"
#include "database/database.hpp"

namespace sightglass::queue {

class Heartbeat {
 public:
  // Renews at a third of `lease`, so that two renewals may fail before it runs out.
  Heartbeat(database::Database& database, const core::Clock& clock, core::TaskId task, std::string owner,
            std::chrono::seconds lease);
  ~Heartbeat();
  Heartbeat(const Heartbeat&) = delete;
  Heartbeat& operator=(const Heartbeat&) = delete;

  std::atomic<std::int32_t>& progress() { return progress_; }
  // True once the lease turned out to be another worker's.
  const std::atomic<bool>& is_lost() const { return is_lost_; }

 private:
  void beat_until_stopped();
  void beat();

  database::Database& database_;
  const core::Clock& clock_;
  core::TaskId task_;
  std::string owner_;
  std::chrono::seconds lease_;
  std::atomic<std::int32_t> progress_ = 0;
  std::atomic<bool> is_lost_ = false;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool is_stopping_ = false;
  std::thread thread_;
};

}  // namespace sightglass::queue
