// A unit of background work, its states and what clients are told of it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/ids.hpp"
#include "core/time.hpp"

namespace sightglass::core {

// What leads from one to the other: docs/task-states.md.
enum class TaskState : std::uint8_t { available, scheduled, running, retryable, completed, discarded, cancelled };
std::string_view name_of(TaskState state);
std::optional<TaskState> task_state_from_name(std::string_view name);
// "PENDING", "STARTED", "RETRY", "SUCCESS", "FAILURE", "REVOKED": the words of the task-status answer.
std::string_view client_status_of(TaskState state);
constexpr bool is_final(TaskState state) {
  return state == TaskState::completed || state == TaskState::discarded || state == TaskState::cancelled;
}

enum class TaskQueue : std::uint8_t { high_priority, normal, batch, ml_training };
// In the order of the enumerators.
inline constexpr std::array<std::string_view, 4> task_queue_names{"high_priority", "normal", "batch", "ml_training"};
std::string_view name_of(TaskQueue queue);
std::optional<TaskQueue> task_queue_from_name(std::string_view name);

struct Task {
  TaskId id{};
  std::string kind{};  // "process_inspection_photo", …
  TaskQueue queue = TaskQueue::normal;
  std::int32_t priority = 0;  // higher first inside a queue; −100 … 100
  TaskState state = TaskState::available;
  std::string arguments = "{}";  // a JSON object
  std::optional<PhotoId> photo_id{};
  std::optional<TaskId> group_id{};  // the batch this task is a member of
  std::int32_t attempts = 0;         // claims so far
  std::int32_t max_attempts = 3;
  Instant run_at{};  // not before
  Instant created_at{};
  std::optional<Instant> started_at{};
  std::optional<Instant> finished_at{};
  std::string lease_owner{};  // which worker holds it
  std::optional<Instant> lease_until{};
  std::string error{};          // of the last failed attempt
  std::string result = "null";  // JSON
  std::int32_t progress = 0;    // per cent
  std::string request_id{};     // of the request that made it
  // No other unfinished task has the same; empty for tasks that may be there any number of times.
  std::string unique_key{};
  std::string error_code{};  // what kind of error `error` is: "corrupt_image", "timeout", "worker_killed", …
  std::optional<Instant> cancel_requested_at{};  // of a running task: when it was asked to stop
  std::int32_t kills = 0;                        // workers that died while they worked on it alone
  bool is_suspect = false;                       // a worker died while it had this one: claimed alone from then on
};

}  // namespace sightglass::core
