// What a handler says while it works on one attempt: kept with the attempt for people to read, and logged.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "database/database.hpp"
#include "telemetry/log.hpp"

namespace sightglass::queue {

// Of each attempt the last lines are kept, with at most so many bytes of words.
inline constexpr std::size_t most_log_lines = 50;
inline constexpr std::size_t most_log_bytes = 8 << 10;
inline constexpr std::size_t longest_log_line = 1 << 10;  // bytes; what is longer is cut

// Thread-safe. Sentences for people, without secrets: whoever may see the task reads them.
class TaskLog {
 public:
  explicit TaskLog(const core::Clock& clock, core::TaskId task = {}) : clock_(clock), task_(task) {}

  void say(std::string_view words) { add(telemetry::Level::info, words); }
  void warn(std::string_view words) { add(telemetry::Level::warning, words); }

  struct Lines {
    std::string json = "[]";   // [{"at":"…","level":"info","words":"…"}], first things first
    std::int64_t count = 0;    // in `json`
    std::int64_t dropped = 0;  // before those, because there were too many
  };
  Lines lines() const;

 private:
  struct Line {
    core::Instant at{};
    telemetry::Level level{};
    std::string words{};
  };
  void add(telemetry::Level level, std::string_view words);

  const core::Clock& clock_;
  core::TaskId task_;
  mutable std::mutex mutex_;
  std::deque<Line> lines_;
  std::size_t bytes_ = 0;
  std::int64_t dropped_ = 0;
};

// In the transaction that records the attempt; nothing when nothing was said. An attempt that is made anew under the
// same number takes the place of the first. Does nothing for a task that is gone. Blocks.
core::Result<void> keep_log(database::Session& session, core::TaskId task, std::int32_t attempt,
                            const TaskLog::Lines& lines);

struct AttemptLog {
  std::int32_t attempt = 0;
  std::string lines = "[]";  // JSON, as above
  std::int64_t dropped = 0;
};
// First attempt first; attempts that said nothing are left out. Blocks.
core::Result<std::vector<AttemptLog>> logs_of(database::Session& session, core::TaskId task);

}  // namespace sightglass::queue
