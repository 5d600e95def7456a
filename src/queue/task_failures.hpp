// What went wrong in each attempt of a task, kept as long as the task itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "core/task.hpp"
#include "database/database.hpp"

namespace sightglass::queue {

struct TaskFailure {
  std::int32_t attempt = 0;  // from 1
  std::optional<core::Instant> started_at{};
  core::Instant failed_at{};
  std::string worker{};  // which one it was
  std::string error{};
  std::string code{};  // what kind of error
};

// In the transaction that ends the attempt: `task` as it stood while it ran, with the error. Blocks.
core::Result<void> record_failure(database::Session& session, const core::Task& task, core::Instant now);
// First attempt first. Blocks.
core::Result<std::vector<TaskFailure>> failures_of(database::Session& session, core::TaskId id);

}  // namespace sightglass::queue
