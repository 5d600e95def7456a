// Keeps this process's run alive: begins it, gives signs of life, begins another when the others declared it over.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/result.hpp"
#include "core/time.hpp"
#include "database/current_run.hpp"
#include "database/database.hpp"
#include "database/runs.hpp"

namespace sightglass::queue {

// How often a run gives a sign of life, and after how long without one it may be declared over.
inline constexpr std::chrono::seconds run_beat{5};
inline constexpr std::chrono::seconds run_lost{60};
// For an embedded store, whose disk should rest when nothing happens: each sign is a synced commit, and nobody but the
// commands of the same machine waits for one.
inline constexpr std::chrono::seconds embedded_run_beat{20};

// What the owners of a run's leases begin with, and no other's: "name:run:".
std::string owner_prefix(const database::runs::Run& run);
// Declares the run over and gives back the tasks of its workers, the attempts not counted: that a process ended says
// nothing of its tasks. With `beats` only if it gave no further sign of life. False when it is over already, or lives.
core::Result<bool> declare_over(database::Session& session, const database::runs::Run& run,
                                std::optional<std::int64_t> beats, core::Instant now);

class NodeRun {
 public:
  using Run = database::runs::Run;
  struct Plan {
    std::string name{};  // of a node only wished for: another that lives keeps it, and this one gets a number behind it
    std::string role{};
    std::string version{};
    bool is_node = false;  // which people see among the nodes
    std::chrono::seconds beat = run_beat;
    // Told of each run after it began, on the thread that keeps it or that called begin().
    std::function<void(const Run&)> when_begun = [](const Run&) {};
  };
  // All references outlive it.
  NodeRun(database::Database& database, const core::Clock& clock, database::CurrentRun& current, Plan plan);
  // The thread ends; the run is not declared over.
  ~NodeRun();
  NodeRun(const NodeRun&) = delete;
  NodeRun& operator=(const NodeRun&) = delete;

  // To be called once, before anything else. Blocks.
  core::Result<void> begin();
  // From here on a thread of its own calls turn(): signs of life must not wait behind requests.
  void keep();
  // For a process that ends as it should and takes nothing in any more: stops, and declares the run over. Blocks.
  core::Result<void> end();

  // Begun last.
  Run run() const;

  // One sign of life, also of runs that end soon; and what follows from `news` and from hearing that the run is over. A
  // database that is away is no news. `now` decides when runs of old may end. Blocks.
  void turn(database::CurrentRun::News news, std::chrono::steady_clock::time_point now);

 private:
  core::Result<Run> begin_in(database::Session& session, database::RunId id);
  core::Result<void> begin_another();
  core::Result<bool> give_sign(const Run& run);
  void retire(std::chrono::steady_clock::time_point now);
  void end_retired(std::chrono::steady_clock::time_point now);
  void stop();

  database::Database& database_;
  const core::Clock& clock_;
  database::CurrentRun& current_;
  const Plan plan_;
  mutable std::mutex mutex_;  // guards run_, which others read
  Run run_{};
  // Runs that have left something and are declared over once nothing is under way under their name any more.
  std::vector<std::pair<Run, std::chrono::steady_clock::time_point>> retired_{};
  std::chrono::steady_clock::time_point may_retire_{};
  std::atomic<bool> is_stopping_{false};
  std::thread thread_;
};

}  // namespace sightglass::queue
