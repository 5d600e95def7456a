// Tasks for people to look at: lists by state, queue, kind and photo, and how many stand where.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "core/task.hpp"
#include "database/database.hpp"
#include "database/photos.hpp"

namespace sightglass::queue {

struct TaskFilter {
  std::vector<core::TaskState> states{};  // any of them; all when empty
  std::optional<core::TaskQueue> queue{};
  std::optional<std::string> kind{};
  std::optional<core::PhotoId> photo{};
  std::optional<core::TaskId> group{};  // the members of this batch
  std::optional<std::string> code{};    // of their last error
  // Part of their error, kind, or photo's original file name or description, whatever its case.
  std::optional<std::string> text{};
  std::optional<core::Instant> from{};   // created at or after; told by the ids, to the millisecond
  std::optional<core::Instant> until{};  // created before
  std::optional<core::TaskId> before{};  // keyset: older than this one
  std::int32_t limit = 50;
};

// Who does not see everything sees the tasks of photos that may be seen. Batches stand for their members and are left
// out, unless `filter.kind` asks for them. Both block.

// Newest first.
core::Result<std::vector<core::Task>> list(database::Session& session, const TaskFilter& filter,
                                           const database::photos::Visibility& visibility);

struct StateCount {
  core::TaskState state{};
  std::int64_t count = 0;
};
// How many pass the filter, by state; states without any are left out, and `filter.states`, `before` and `limit` do
// not count.
core::Result<std::vector<StateCount>> count_states(database::Session& session, const TaskFilter& filter,
                                                   const database::photos::Visibility& visibility);

}  // namespace sightglass::queue
