#include "queue/settle.hpp"

#include <string>

#include "core/json_writer.hpp"
#include "database/photos.hpp"
#include "queue/task_queue.hpp"
#include "queue/task_rows.hpp"

namespace sightglass::queue {
namespace {

core::TaskState end_of(const GroupCounts& counts) {
  if (counts.success > 0) return core::TaskState::completed;
  return counts.failure > 0 ? core::TaskState::discarded : core::TaskState::cancelled;
}

std::string result_of(const GroupCounts& counts) {
  std::string json;
  core::JsonWriter(json)
      .begin_object()
      .member("total", counts.total)
      .member("success", counts.success)
      .member("failure", counts.failure)
      .member("revoked", counts.revoked)
      .end_object();
  return json;
}

}  // namespace

core::Result<void> settle(database::Session& session, const core::Task& task, core::Instant now) {
  if (task.state != core::TaskState::completed && task.photo_id) {
    const std::string reason = task.error.empty() ? "The analysis was cancelled." : task.error;
    // False when a newer task took the photo over: its outcome counts then.
    SG_TRY(database::photos::fail_task(session, *task.photo_id, task.id, reason));
  }
  if (task.group_id) return settle_group(session, *task.group_id, now);
  return {};
}

core::Result<void> settle_group(database::Session& session, core::TaskId group, core::Instant now) {
  SG_ASSIGN(const GroupCounts counts, count_group(session, group));
  if (counts.total == 0 || counts.success + counts.failure + counts.revoked < counts.total) return {};
  const core::TaskState end = end_of(counts);
  SG_TRY(session.execute(
      "UPDATE tasks SET state = $2, finished_at = $3, result = $4, error = $5, progress = 100 "
      "WHERE id = $1 AND kind = $6 AND finished_at IS NULL",
      {group, core::name_of(end), now, result_of(counts),
       end == core::TaskState::discarded ? "No picture of the batch could be analysed." : "", group_kind}));
  return {};
}

}  // namespace sightglass::queue
