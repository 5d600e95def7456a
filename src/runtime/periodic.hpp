// Named work that runs again and again: flushing the audit log, rescuing tasks, pruning.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "runtime/blocking_pool.hpp"

namespace sightglass::runtime {

// One thread that looks when what is due and hands it to a pool. A work never overlaps itself: when it is still
// running at its next turn, that turn is skipped. An exception is logged under the work's name; the next turn comes.
// Thread-safe. add() before start().
class Periodic {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // `pool` must outlive this.
  explicit Periodic(BlockingPool& pool);
  // Stops as stop() does.
  ~Periodic();
  Periodic(const Periodic&) = delete;
  Periodic& operator=(const Periodic&) = delete;

  // First run one `interval` after start(); intervals are counted from turn to turn, at least 1 ms.
  void add(std::string name, std::chrono::milliseconds interval, std::function<void()> work);
  void start();
  // No new turns; returns when what runs has finished. Blocks. Safe to call twice.
  void stop();

  // One look at the clock: hands over what is due at `now` and says when to look again. start()'s thread calls it;
  // tests call it with times of their own.
  TimePoint run_due(TimePoint now);

 private:
  struct Entry {
    std::string name;
    std::chrono::milliseconds interval{};
    std::function<void()> work;
    TimePoint due{};
    bool is_running = false;
  };
  class Turn;

  void serve();
  void hand_over(Entry& entry);

  BlockingPool& pool_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::unique_ptr<Entry>> entries_;
  std::thread thread_;
  bool is_stopping_ = false;
};

}  // namespace sightglass::runtime
