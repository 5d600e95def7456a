// What every node does that runs task workers: begins its runs, settles what runs that are over have left, supervises
// its workers, and takes its part in what any node may do. serve and worker are built on it.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "app/data_directory.hpp"
#include "app/parts.hpp"
#include "app/process_metrics.hpp"
#include "app/settings.hpp"
#include "app/worker_supervisor.hpp"
#include "database/current_run.hpp"
#include "database/signals.hpp"
#include "queue/lease_watch.hpp"
#include "queue/node_run.hpp"
#include "queue/presence.hpp"
#include "queue/run_watch.hpp"
#include "runtime/blocking_pool.hpp"
#include "runtime/periodic.hpp"

namespace sightglass::app {

// Members are destroyed, and so stopped, in reverse order.
class TaskNode {
 public:
  // `role` is "serve" or "worker". `pool` is for requests of a server and for the periodic work of every node. Nothing
  // runs yet.
  TaskNode(const DataDirectory& directory, const Settings& settings, std::string role, PoolSize pool);
  TaskNode(const TaskNode&) = delete;
  TaskNode& operator=(const TaskNode&) = delete;

  // Opens everything, begins the runs and settles what the last ones of this directory have left, and those of others
  // that are over. From here on this process takes pictures in beside others. The directory is claimed for serving.
  // Blocks.
  core::Result<void> begin(DataDirectory directory, const Settings& settings);
  // Adds to the periodic work; before start().
  void add_periodic(std::string name, std::chrono::milliseconds interval, std::function<void()> work);
  // Workers and periodic work.
  void start();
  // Lets both finish what they do. Blocks.
  void stop_work();
  // The runs end, when nothing is taken in any more. Blocks.
  void end();

  Parts& parts() { return *parts_; }
  runtime::BlockingPool& pool() { return pool_; }
  WorkerSupervisor& workers() { return workers_; }

 private:
  core::Result<void> begin_runs();
  core::Result<void> end_last_runs();
  core::Result<void> install_models();
  core::Result<void> settle_at_start();
  core::Result<void> settle_alone();
  core::Result<void> settle_beside_others();
  std::map<std::string, database::RunId> own_runs();
  void note_run(const std::string& role, const database::runs::Run& run);
  void begin_worker_run(const database::runs::Run& run);
  void care_for_runs();
  void settle_ended_runs();
  void report_presence();
  void rescue_hung();
  void rescue(const std::string& owner);

  const std::string role_;
  std::mutex noted_mutex_;
  std::map<std::string, database::RunId> noted_;  // what the file tells the next node of this directory
  std::unique_ptr<Parts> parts_;
  database::CurrentRun current_;  // of the workers; what the server takes in has one of its own
  WorkerSupervisor workers_;
  std::unique_ptr<queue::NodeRun> run_;
  queue::RunWatch watch_;
  queue::LeaseWatch leases_;
  std::chrono::steady_clock::time_point settle_after_{};
  runtime::BlockingPool pool_;
  runtime::Periodic periodic_;
  database::Signals::Subscription task_signals_;
};

}  // namespace sightglass::app
