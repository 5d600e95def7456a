// Every attempt of a task, as people read it: when, by whom, how it ended, and what the handler said.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/task.hpp"
#include "database/database.hpp"

namespace sightglass::queue {

enum class AttemptEnd : std::uint8_t { running, completed, failed, cancelled };
std::string_view name_of(AttemptEnd end);

struct TaskAttempt {
  std::int32_t number = 0;  // from 1
  AttemptEnd end = AttemptEnd::failed;
  std::optional<core::Instant> started_at{};
  std::optional<core::Instant> ended_at{};
  std::string worker{};  // empty when it was not kept: of tasks that ended before it was
  std::string error{};
  std::string error_code{};
  std::string log = "[]";        // JSON, as TaskLog::Lines
  std::int64_t log_dropped = 0;  // lines before those
};

// First attempt first. Attempts that were cut short through no fault of the task (its server ended) count nowhere and
// are left out. Blocks.
core::Result<std::vector<TaskAttempt>> attempts_of(database::Session& session, const core::Task& task);

}  // namespace sightglass::queue
