// Counting the members of a batch.
#include "queue/task_queue.hpp"

namespace sightglass::queue {
namespace {

std::int64_t& count_for(GroupCounts& counts, core::TaskState state) {
  switch (state) {
    case core::TaskState::running: return counts.started;
    case core::TaskState::retryable: return counts.retry;
    case core::TaskState::completed: return counts.success;
    case core::TaskState::discarded: return counts.failure;
    case core::TaskState::cancelled: return counts.revoked;
    case core::TaskState::available:
    case core::TaskState::scheduled: break;
  }
  return counts.pending;
}

}  // namespace

core::Result<GroupCounts> count_group(database::Session& session, core::TaskId group) {
  GroupCounts counts;
  SG_TRY(session.run("SELECT state, count(*) FROM tasks WHERE group_id = $1 GROUP BY state", {group},
                     [&](const database::Row& row) -> core::Result<void> {
                       const auto state = core::task_state_from_name(row.text(0));
                       count_for(counts, state.value_or(core::TaskState::available)) += row.integer(1);
                       counts.total += row.integer(1);
                       return {};
                     }));
  return counts;
}

}  // namespace sightglass::queue
