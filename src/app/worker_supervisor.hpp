// Keeps the wanted number of task workers alive: starts them, wakes them, replaces those that die or are worn out.
#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/result.hpp"
#include "core/time.hpp"
#include "queue/presence.hpp"
#include "runtime/child_process.hpp"
#include "runtime/unix_fd.hpp"

namespace sightglass::app {

// How a worker ends that was not asked to.
inline constexpr int worn_out_status = 0;       // it has done its share and is replaced
inline constexpr int ended_itself_status = 75;  // nothing else stopped its task; what it held is settled already

// Workers that serve the same queues. A lane of its own is what keeps a queue from waiting for the tasks of another.
struct WorkerLane {
  std::string queues{};  // names with commas between them
  int workers = 1;       // 0 … 256
};

struct SupervisorPlan {
  std::filesystem::path executable{};  // sightglass-worker
  // Before those the supervisor adds: --owner NAME --run ID --queues LIST --wake-fd 3
  std::vector<std::string> arguments{};
  std::vector<std::pair<std::string, std::string>> environment{};  // added to ours
  std::vector<WorkerLane> lanes{};
  std::chrono::milliseconds restart_after{500};  // doubled with each quick death, up to 30 s
  std::chrono::seconds drain{20};                // for a worker to finish what it does when stopping
};

// The run that workers belong to, and what the names of their owners begin with.
struct WorkerRun {
  std::string id{};
  std::string owner_prefix{};
};

// Thread-safe. One thread of its own spawns and reaps, because the kernel ties a child's life to that thread.
class WorkerSupervisor {
 public:
  // `when_dead` is told the lease owner of a worker that died without being asked to; it may block.
  WorkerSupervisor(SupervisorPlan plan, std::function<void(const std::string& owner)> when_dead);
  // Stops as stop() does.
  ~WorkerSupervisor();
  WorkerSupervisor(const WorkerSupervisor&) = delete;
  WorkerSupervisor& operator=(const WorkerSupervisor&) = delete;

  // Workers that are started from here on belong to `run`; those there are end behind their task and are replaced.
  void begin_run(WorkerRun run);
  // After the first run was begun.
  void start();
  // Lets workers finish their task, kills those that do not within the drain time. Blocks.
  void stop();
  // Tells idle workers that a task waits. Never blocks.
  void wake();
  int alive() const { return alive_.load(); }
  // Those that run now, for whoever looks after them.
  std::vector<queue::WorkerPresence> report();
  int wanted() const { return static_cast<int>(workers_.size()); }

 private:
  struct Worker {
    std::string queues{};
    std::string owner{};
    std::optional<runtime::ChildProcess> process{};
    runtime::UnixFd wake_pipe{};
    std::chrono::steady_clock::time_point started{};
    core::Instant started_at{};  // the same for people
    std::chrono::steady_clock::time_point start_again{};
    std::chrono::milliseconds delay{};
  };

  void supervise();
  void start_due_workers();
  void spawn(Worker& worker);
  void reap_dead_workers();
  void plan_next(Worker& worker, runtime::ChildExit exit);
  void wait_for_news() const;
  void drain_workers();

  SupervisorPlan plan_;
  std::function<void(const std::string&)> when_dead_;
  std::mutex mutex_;  // guards the run, and the processes and wake pipes, which others reach from any thread
  WorkerRun run_{};
  std::vector<Worker> workers_;
  std::atomic<int> alive_{0};
  std::int64_t spawned_ = 0;
  runtime::UnixFd stop_event_;
  std::atomic<bool> is_stopping_{false};
  std::thread thread_;
};

}  // namespace sightglass::app
