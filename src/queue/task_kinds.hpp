// What is known of each kind of task before one exists: its queue and its limits.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/task.hpp"

namespace sightglass::queue {

// The row that stands for a batch; members do its work, no worker ever claims it.
inline constexpr std::string_view group_kind = "batch_process_images";

struct TaskKind {
  std::string_view name{};
  core::TaskQueue queue = core::TaskQueue::normal;  // where it belongs when nobody says otherwise
  std::chrono::seconds soft_limit{120};             // then its handler is asked to stop
  std::chrono::seconds hard_limit{180};             // then its worker process ends
  std::int32_t max_attempts = 3;
};

std::span<const TaskKind> task_kinds();
// The limits above for a kind nobody has written down.
TaskKind kind_named(std::string_view name);

}  // namespace sightglass::queue
