#include "queue/settle.hpp"

#include <string>

#include "database/photo_failures.hpp"
#include "database/photos.hpp"
#include "queue/group.hpp"

namespace sightglass::queue {

core::Result<void> settle(database::Session& session, const core::Task& task, core::Instant now) {
  if (task.state != core::TaskState::completed && task.photo_id) {
    const std::string reason = task.error.empty() ? "The analysis was cancelled." : task.error;
    // False when a newer task took the photo over: its outcome counts then.
    SG_ASSIGN(const bool is_current, database::photos::fail_task(session, *task.photo_id, task.id, reason));
    // What was cancelled is somebody's wish, and no failure.
    if (is_current && task.state == core::TaskState::discarded)
      SG_TRY(database::photo_failures::record(session,
                                              {.photo = *task.photo_id,
                                               .task = task.id,
                                               .code = task.error_code,
                                               .error = task.error,
                                               .attempts = task.attempts},
                                              now));
  }
  if (task.group_id) return count_ended(session, *task.group_id, task.state, 1, now);
  return {};
}

}  // namespace sightglass::queue
