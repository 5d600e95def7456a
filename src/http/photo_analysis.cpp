#include "http/photo_analysis.hpp"

#include "database/photos.hpp"

namespace sightglass::http {

core::Result<core::TaskId> enqueue_analysis(const Services& services, database::Session& session,
                                            const core::Photo& photo, queue::NewTask task) {
  task.kind = "process_inspection_photo";
  task.photo_id = photo.id;
  SG_ASSIGN(const auto id, queue::enqueue(session, task, services.clock.now()));
  SG_TRY(database::photos::set_task(session, photo.id, id, core::ProcessingStatus::pending));
  return id;
}

// The task that already waits or runs for this photo.
core::Result<std::optional<core::TaskId>> unfinished_task(database::Session& session, const core::Photo& photo) {
  if (!photo.task_id) return std::optional<core::TaskId>{};
  SG_ASSIGN(const auto task, queue::find(session, *photo.task_id));
  if (!task || core::is_final(task->state)) return std::optional<core::TaskId>{};
  return std::optional(task->id);
}

}  // namespace sightglass::http
