#include "queue/task_rows.hpp"

namespace sightglass::queue {

core::Task read_task(const database::Row& row) {
  return {.id = row.id<core::TaskId>(0),
          .kind = row.string(1),
          .queue = core::task_queue_from_name(row.text(2)).value_or(core::TaskQueue::normal),
          .priority = static_cast<std::int32_t>(row.integer(3)),
          .state = core::task_state_from_name(row.text(4)).value_or(core::TaskState::discarded),
          .arguments = row.string(5),
          .photo_id = row.optional_id<core::PhotoId>(6),
          .group_id = row.optional_id<core::TaskId>(7),
          .attempts = static_cast<std::int32_t>(row.integer(8)),
          .max_attempts = static_cast<std::int32_t>(row.integer(9)),
          .run_at = row.instant(10),
          .created_at = row.instant(11),
          .started_at = row.optional_instant(12),
          .finished_at = row.optional_instant(13),
          .lease_owner = row.string(14),
          .lease_until = row.optional_instant(15),
          .error = row.string(16),
          .result = row.string(17),
          .progress = static_cast<std::int32_t>(row.integer(18)),
          .request_id = row.string(19),
          .unique_key = row.string(20),
          .error_code = row.string(21),
          .cancel_requested_at = row.optional_instant(22),
          .kills = static_cast<std::int32_t>(row.integer(23)),
          .is_suspect = row.boolean(24)};
}

}  // namespace sightglass::queue
