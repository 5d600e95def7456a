// Keeps the wanted number of task workers alive: starts them, wakes them, replaces those that die.
#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "core/result.hpp"
#include "runtime/child_process.hpp"
#include "runtime/unix_fd.hpp"

namespace sightglass::app {

struct SupervisorPlan {
  std::filesystem::path executable{};    // sightglass-worker
  std::vector<std::string> arguments{};  // before the ones the supervisor adds: --owner NAME --wake-fd 3
  std::vector<std::pair<std::string, std::string>> environment{};  // added to ours; secrets go here
  int workers = 1;                                                 // 0 … 256
  std::chrono::milliseconds restart_after{500};                    // doubled with each quick death, up to 30 s
  std::chrono::seconds drain{20};                                  // for a worker to finish what it does when stopping
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

  void start();
  // Lets workers finish their task, kills those that do not within the drain time. Blocks.
  void stop();
  // Tells idle workers that a task waits. Never blocks.
  void wake();
  int alive() const { return alive_.load(); }
  int wanted() const { return plan_.workers; }

 private:
  struct Worker {
    std::string owner{};
    std::optional<runtime::ChildProcess> process{};
    runtime::UnixFd wake_pipe{};
    std::chrono::steady_clock::time_point started{};
    std::chrono::steady_clock::time_point start_again{};
    std::chrono::milliseconds delay{};
  };

  void supervise();
  void start_due_workers();
  void spawn(Worker& worker);
  void reap_dead_workers();
  void wait_for_news() const;
  void drain_workers();

  SupervisorPlan plan_;
  std::function<void(const std::string&)> when_dead_;
  std::mutex mutex_;  // guards the wake pipes, which wake() writes to from any thread
  std::vector<Worker> workers_;
  std::atomic<int> alive_{0};
  std::int64_t spawned_ = 0;
  runtime::UnixFd stop_event_;
  std::atomic<bool> is_stopping_{false};
  std::thread thread_;
};

}  // namespace sightglass::app
