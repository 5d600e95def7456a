// Threads for work that blocks: SQL, disk, waiting for a decoder. Keeps such work off the event loop.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace sightglass::runtime {

// A bounded queue in front of a few threads. Threads start when work finds none idle, up to the maximum, and stay.
// Thread-safe.
class BlockingPool {
 public:
  using Work = std::move_only_function<void()>;

  struct Counts {
    std::size_t threads = 0;
    std::size_t running = 0;
    std::size_t queued = 0;
    std::int64_t finished = 0;
    std::int64_t refused = 0;  // because the queue was full or the pool stopped
  };

  // `max_threads` and `max_queued` are 1 and up. No thread starts before the first work.
  BlockingPool(std::size_t max_threads, std::size_t max_queued);
  // Stops as stop() does.
  ~BlockingPool();
  BlockingPool(const BlockingPool&) = delete;
  BlockingPool& operator=(const BlockingPool&) = delete;

  // Never blocks. False, and `work` is dropped, when the queue is full or the pool has stopped. An exception that
  // leaves `work` is logged and goes no further.
  bool try_submit(Work work);

  // Refuses new work, drops what is queued without running it and returns when what runs has finished. Blocks.
  // Dropped work is destroyed, so that whoever waits on it through run_blocking hears of it. Not to be called from
  // work of this pool.
  void stop();

  Counts counts() const;

 private:
  void serve();
  void run_one(std::unique_lock<std::mutex>& lock);

  const std::size_t max_threads_;
  const std::size_t max_queued_;
  mutable std::mutex mutex_;
  std::condition_variable work_arrived_;
  std::deque<Work> queue_;
  std::vector<std::thread> threads_;
  std::size_t idle_ = 0;
  std::size_t running_ = 0;
  std::int64_t finished_ = 0;
  std::int64_t refused_ = 0;
  bool is_stopping_ = false;
};

}  // namespace sightglass::runtime
