// The state machine of docs/task-states.md as a few lines over values: what the queue must do, without SQL.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/task.hpp"
#include "queue/rescue.hpp"
#include "queue/task_queue.hpp"

namespace sightglass::queue::test_model {

using core::TaskState;

struct ModelTask {
  TaskState state = TaskState::available;
  std::int32_t priority = 0;
  std::int32_t attempts = 0;
  std::int32_t max_attempts = 3;
  std::int64_t run_at = 0;  // seconds, as every time here
  std::optional<std::int64_t> lease_until{};
  std::string owner{};
  std::string key{};
  bool is_cancel_requested = false;
  std::int32_t kills = 0;
  bool is_suspect = false;

  bool is_waiting() const {
    return state == TaskState::available || state == TaskState::scheduled || state == TaskState::retryable;
  }
};

class Model {
 public:
  using Id = core::TaskId;
  std::map<Id, ModelTask> tasks;

  bool has_key(const std::string& key) const {
    return std::ranges::any_of(
        tasks, [&](const auto& entry) { return !core::is_final(entry.second.state) && entry.second.key == key; });
  }
  void enqueue(Id id, const ModelTask& task, std::int64_t now) {
    tasks[id] = task;
    tasks[id].state = task.run_at > now ? TaskState::scheduled : TaskState::available;
  }
  std::vector<Id> claim(const std::string& owner, std::size_t count, std::int64_t lease, std::int64_t now) {
    std::vector<Id> due;
    for (const auto& [id, task] : tasks)
      if (task.is_waiting() && task.run_at <= now && (count == 1 || !task.is_suspect)) due.push_back(id);
    std::ranges::sort(due, [&](Id a, Id b) {
      return tasks[a].priority != tasks[b].priority ? tasks[a].priority > tasks[b].priority : a < b;
    });
    due.resize(std::min(due.size(), count));
    for (const Id id : due) {
      ModelTask& task = tasks[id];
      task.state = TaskState::running;
      task.attempts += 1;
      task.owner = owner;
      task.lease_until = now + lease;
    }
    return due;
  }
  bool holds(Id id, const std::string& owner) const {
    const auto& task = tasks.at(id);
    return task.state == TaskState::running && task.owner == owner;
  }
  bool complete(Id id, const std::string& owner) {
    if (!holds(id, owner)) return false;
    ModelTask& task = tasks[id];
    end(task, TaskState::completed);
    task.is_suspect = false;
    return true;
  }
  bool fail(Id id, const std::string& owner, Retry retry) {
    if (!holds(id, owner)) return false;
    end_attempt(tasks[id], retry);
    return true;
  }
  bool stop_cancelled(Id id, const std::string& owner) {
    if (!holds(id, owner) || !tasks[id].is_cancel_requested) return false;
    end(tasks[id], TaskState::cancelled);
    return true;
  }
  bool give_back(Id id, const std::string& owner, std::int64_t now) {
    if (!holds(id, owner)) return false;
    ModelTask& task = tasks[id];
    const auto state = task.attempts > 1 ? TaskState::retryable : TaskState::available;
    release(task, state);
    task.attempts -= 1;
    task.run_at = now;
    return true;
  }
  Cancellation cancel(Id id) {
    ModelTask& task = tasks[id];
    if (task.is_waiting()) {
      end(task, TaskState::cancelled);
      return Cancellation::cancelled;
    }
    if (task.state != TaskState::running) return Cancellation::too_late;
    task.is_cancel_requested = true;
    return Cancellation::requested;
  }
  void renew(const std::string& owner, std::int64_t lease, std::int64_t now) {
    for (auto& [id, task] : tasks)
      if (holds(id, owner)) task.lease_until = now + lease;
  }
  void rescue_expired(std::int64_t now) {
    for (auto& [id, task] : tasks)
      if (task.state == TaskState::running && task.lease_until < now) end_attempt(task, Retry::may_pass);
  }
  void bury(const std::string& owner, std::int64_t now) {
    std::vector<Id> lost;
    for (const auto& [id, task] : tasks)
      if (holds(id, owner)) lost.push_back(id);
    for (const Id id : lost) {
      ModelTask& task = tasks[id];
      if (lost.size() > 1 && !task.is_cancel_requested) {
        release(task, TaskState::retryable);
        task.attempts -= 1;
        task.run_at = now;
        task.is_suspect = true;
      } else {
        task.kills += 1;
        task.is_suspect = true;
        end_attempt(task, task.kills >= most_kills ? Retry::pointless : Retry::may_pass);
      }
    }
  }
  bool try_again(Id id, std::int64_t now) {
    ModelTask& task = tasks[id];
    if (task.state == TaskState::completed || task.state == TaskState::running) return false;
    if (task.state == TaskState::available || task.state == TaskState::scheduled) return false;
    if (core::is_final(task.state) && !task.key.empty() && has_key(task.key)) return false;
    if (task.state != TaskState::retryable) task.state = TaskState::available;
    task.max_attempts = std::max(task.max_attempts, task.attempts + 1);
    task.run_at = now;
    task.kills = 0;
    return true;
  }

 private:
  static void release(ModelTask& task, TaskState state) {
    task.state = state;
    task.owner.clear();
    task.lease_until.reset();
  }
  static void end(ModelTask& task, TaskState state) {
    release(task, state);
    task.is_cancel_requested = false;
  }
  // When a retryable task is due again is the backoff's affair: whoever compares takes it from the row.
  static void end_attempt(ModelTask& task, Retry retry) {
    const bool again = retry == Retry::may_pass && task.attempts < task.max_attempts;
    const auto state = task.is_cancel_requested ? TaskState::cancelled
                       : again                  ? TaskState::retryable
                                                : TaskState::discarded;
    end(task, state);
    task.run_at = -1;
  }
};

}  // namespace sightglass::queue::test_model
