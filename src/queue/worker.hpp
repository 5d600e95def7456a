// The loop of a task worker: claims tasks, runs their handlers under a lease, records the outcomes.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "database/database.hpp"
#include "queue/lease_keeper.hpp"
#include "queue/queue_turns.hpp"
#include "queue/task_log.hpp"
#include "queue/task_queue.hpp"

namespace sightglass::queue {

class RateTally;

// What a handler may use while it runs one task.
struct TaskContext {
  database::Database& database;
  const core::Clock& clock;
  std::string_view owner;  // of the lease, for complete() in the handler's own transaction
  TaskSignals& signals;
  TaskLog& log;  // what is said there is kept with the attempt

  // True when nothing more should be begun: the lease went to another worker, a person cancelled the task, or it has
  // taken as long as it should. Return an error then (of the code cancelled, or timeout).
  bool should_stop() const { return signals.stop.load() != StopReason::none; }
  void set_progress(std::int32_t per_cent) const { signals.progress = per_cent; }
};

// Returns the result as JSON. An error of corrupt_image, unsupported_format, too_large, invalid_input, not_found
// or permission_denied ends the task at once: the same again would fail the same. Every other may pass, and is
// tried again while attempts remain. Must bear to run twice.
using TaskHandler = std::function<core::Result<std::string>(const core::Task&, TaskContext&)>;
using TaskHandlers = std::map<std::string, TaskHandler, std::less<>>;  // by kind

struct WorkerOptions {
  std::string owner{};  // unique among living workers, such as "host:pid"
  std::vector<core::TaskQueue> queues{core::TaskQueue::high_priority, core::TaskQueue::normal, core::TaskQueue::batch,
                                      core::TaskQueue::ml_training};
  std::chrono::seconds lease{60};
  std::chrono::milliseconds poll{2'000};  // the longest time between two looks without a wake-up; jittered by 25 %
  int wake_fd = -1;                       // a byte: look now; end of file: the parent is gone, finish and return
  // How much work may be taken at once, by how long tasks took so far. A task of more importance waits that long.
  std::chrono::milliseconds at_once{20};
  std::int32_t most_at_once = 256;
  // After so many tasks, or with so much memory, the worker ends to be replaced; 0 is never.
  std::int64_t max_tasks = 0;
  std::int64_t max_memory_bytes = 0;
  std::chrono::milliseconds beat{2'000};  // of the keeper
  std::function<void(StopReason)> end_process{};
};

// The loop runs in the thread that calls run(); stop() may be called from any thread or signal handler.
class Worker {
 public:
  enum class Ending : std::uint8_t { stopped, worn_out };

  // `random` gives 0 … 1 for the jitter of polling.
  Worker(database::Database& database, const core::Clock& clock, TaskHandlers handlers, WorkerOptions options,
         std::function<double()> random);

  // Blocks until stop(), the end of wake_fd, or until it should be replaced. A task begun is finished first, and what
  // was taken and not begun is given back.
  Ending run();
  void stop() { is_stopping_ = true; }
  // Records what was done before, claims what is due, and runs it; false when there was nothing. What it did may wait
  // to be recorded together with the next claim. Blocks.
  core::Result<bool> run_some();
  // Records what was done and waits for that. Blocks.
  core::Result<void> record();

 private:
  using Time = std::chrono::steady_clock::time_point;
  using Tasks = std::vector<core::Task>;
  // An attempt that ended and was not recorded yet.
  struct Ended {
    core::Task task{};
    core::Result<std::string> outcome{};
    StopReason stop = StopReason::none;
    TaskLog::Lines said{};
    core::Instant began{};
    std::chrono::microseconds ran{0};
  };

  core::Result<bool> is_any_due();
  core::Result<Tasks> record_and_claim();
  core::Result<Tasks> claim_in(database::Session& session, const std::vector<core::TaskQueue>& order);
  core::Result<void> record_in(database::Session& session);
  core::Result<void> record_done(database::Session& session, RateTally& tally);
  core::Result<void> record_failed(database::Session& session, const Ended& ended, RateTally& tally);
  core::Result<bool> is_completed_here(database::Session& session, core::TaskId id);
  void perform(core::Task task);
  core::Result<std::string> call_handler(const core::Task& task, TaskContext& context);
  void learn(std::chrono::steady_clock::duration took);
  std::int32_t how_many() const;
  void give_back_from(const Tasks& tasks, std::size_t first);
  bool is_worn_out() const;
  enum class Wait : std::uint8_t { not_at_all, until_woken };
  void wait_for_work(Wait wait);

  database::Database& database_;
  const core::Clock& clock_;
  TaskHandlers handlers_;
  WorkerOptions options_;
  std::function<double()> random_;
  std::atomic<bool> is_stopping_ = false;
  QueueTurns turns_;
  std::uint64_t claims_ = 0;
  std::int64_t performed_ = 0;
  // After a transaction that claimed or gave back has failed: the database may have more under its name than it knows.
  bool may_hold_unknown_ = false;
  double mean_ms_ = 1'000;  // of a task, weighing the last ones more
  std::vector<Ended> ended_;
  LeaseKeeper keeper_;  // last: its thread uses what stands above
};

}  // namespace sightglass::queue
