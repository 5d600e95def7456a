// Watches over what a worker holds, from a thread of its own: renews leases, hears of cancellations, ends what takes
// too long.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "core/ids.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "database/database.hpp"

namespace sightglass::queue {

// Why a handler should stop. What it does afterwards is kept only for `too_slow` and `cancelled`.
enum class StopReason : std::uint8_t { none, lost, cancelled, too_slow };

// Of the task that runs: written by its handler and by the keeper.
struct TaskSignals {
  std::atomic<std::int32_t> progress = 0;  // per cent
  std::atomic<StopReason> stop = StopReason::none;
};

struct KeeperOptions {
  std::string owner{};
  std::chrono::milliseconds lease{60'000};
  // How often it looks: so long may a cancellation go unheard.
  std::chrono::milliseconds beat{2'000};
  // How long a handler may go on after it was asked to stop for a cancellation.
  std::chrono::milliseconds patience{10'000};
  // Called, on the keeper's thread, when the running task has to end and its handler does not: past its hard limit
  // (too_slow), or past the patience (cancelled). The attempt was recorded before. Must not return in a real worker:
  // nothing but the end of the process stops a handler.
  std::function<void(StopReason)> end_process{};
};

// Thread-safe.
class LeaseKeeper {
 public:
  LeaseKeeper(database::Database& database, const core::Clock& clock, KeeperOptions options);
  ~LeaseKeeper();
  LeaseKeeper(const LeaseKeeper&) = delete;
  LeaseKeeper& operator=(const LeaseKeeper&) = delete;

  // The task that runs from here on; `signals` must live until finish().
  void watch(const core::Task& task, TaskSignals& signals);
  void finish();
  // Tells whether anything is held at all: without it the keeper leaves the database alone.
  void hold(bool holds) { holds_ = holds; }
  // One look, as the thread does it every beat. For tests.
  void look();

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Watched {
    core::Task task{};
    TaskSignals* signals = nullptr;
    Time began{};
    std::optional<Time> asked_to_stop{};
    std::int32_t stored_progress = 0;
  };

  void run();
  void renew_if_due();
  void hear_of_changes();
  void store_progress();
  void check_limits();
  void end(const core::Task& task, StopReason reason);

  database::Database& database_;
  const core::Clock& clock_;
  KeeperOptions options_;
  std::atomic<bool> holds_ = false;
  Time renewed_{};
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::optional<Watched> watched_;
  bool is_stopping_ = false;
  std::thread thread_;  // last
};

}  // namespace sightglass::queue
