// Has a photo analysed again.
#pragma once

#include <optional>

#include "core/ids.hpp"
#include "core/photo.hpp"
#include "core/result.hpp"
#include "database/database.hpp"
#include "http/services.hpp"
#include "queue/task_queue.hpp"

namespace sightglass::http {

// Enqueues the analysis of `photo` as `task` says (its kind and photo are filled in here) and makes it the photo's
// task, in the caller's transaction. Blocks.
core::Result<core::TaskId> enqueue_analysis(const Services& services, database::Session& session,
                                            const core::Photo& photo, queue::NewTask task);
// The task that already waits or runs for this photo. Blocks.
core::Result<std::optional<core::TaskId>> unfinished_task(database::Session& session, const core::Photo& photo);

}  // namespace sightglass::http
