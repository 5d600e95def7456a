// The loop of a task worker: claims tasks, runs their handlers under a lease, records the outcome.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "database/database.hpp"
#include "queue/task_queue.hpp"

namespace sightglass::queue {

// What a handler may use while it runs one task.
struct TaskContext {
  database::Database& database;
  const core::Clock& clock;
  std::string_view owner;               // of the lease, for complete() in the handler's own transaction
  std::atomic<std::int32_t>& progress;  // per cent; written by the handler, stored at the next heartbeat
  const std::atomic<bool>& is_lost;     // the lease went to another worker: give up, nothing will be kept
};

// Returns the result as JSON. An error of corrupt_image, unsupported_format, too_large, invalid_input, not_found
// or permission_denied ends the task at once: the same again would fail the same. Every other may pass, and is
// tried again while attempts remain. Must bear to run twice.
using TaskHandler = std::function<core::Result<std::string>(const core::Task&, TaskContext&)>;
using TaskHandlers = std::map<std::string, TaskHandler, std::less<>>;  // by kind

struct WorkerOptions {
  std::string owner{};  // unique among living workers, such as "host:pid"
  std::chrono::seconds lease{60};
  std::chrono::milliseconds poll{2'000};  // the longest time between two looks without a wake-up; jittered by 25 %
  int wake_fd = -1;                       // a byte: look now; end of file: the parent is gone, finish and return
};

// The order in which queues are looked at. high_priority first, but of eight turns one begins with normal and one
// with batch, so that neither starves.
std::array<core::TaskQueue, 4> queue_order(std::uint64_t turn);

// The loop runs in the thread that calls run(); stop() may be called from any thread or signal handler.
class Worker {
 public:
  // `random` gives 0 … 1 for the jitter of polling.
  Worker(database::Database& database, const core::Clock& clock, TaskHandlers handlers, WorkerOptions options,
         std::function<double()> random);

  // Blocks until stop() or the end of wake_fd; a task begun is finished first.
  void run();
  void stop() { is_stopping_ = true; }
  // Claims and runs one task; false when there was none due. Blocks.
  core::Result<bool> run_one();

 private:
  core::Result<std::optional<core::Task>> claim_next();
  core::Result<std::string> perform(const core::Task& task, TaskContext& context);
  core::Result<void> record(const core::Task& task, const core::Result<std::string>& outcome);
  void wait_for_work();

  database::Database& database_;
  const core::Clock& clock_;
  TaskHandlers handlers_;
  WorkerOptions options_;
  std::function<double()> random_;
  std::atomic<bool> is_stopping_ = false;
  std::uint64_t turn_ = 0;
};

}  // namespace sightglass::queue
