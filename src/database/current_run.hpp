// The run of this process at this moment, for everybody in it who begins something in the store.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>

#include "core/result.hpp"
#include "database/runs.hpp"

namespace sightglass::database {

// Thread-safe.
class CurrentRun {
 public:
  CurrentRun() = default;  // none: what is begun names no run
  explicit CurrentRun(RunId id) : id_(id) {}

  // The run under whose name something is to be begun; nullopt when this process has none. The error of
  // runs::is_fenced() while the process knows that its run is over and has not begun another.
  core::Result<std::optional<RunId>> take() const;
  void set(RunId id);

  // A transaction was refused because the run is over.
  void note_over(RunId id);
  // Something begun under the run was not brought to its end, and waits in incoming/ to be settled. Others may do that
  // only when the run is over: its process is to begin another soon.
  void note_left();

  // What was noted since the last call; waits for it until `until` at the longest, or for wake().
  struct News {
    bool is_over = false;
    bool has_left = false;
  };
  News wait(std::chrono::steady_clock::time_point until);
  void wake();

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<RunId> id_{};
  News news_{};
  bool is_over_ = false;
  bool is_woken_ = false;
};

// What take() says, for a caller that may have no such object.
core::Result<std::optional<RunId>> run_of(const CurrentRun* current);

}  // namespace sightglass::database
