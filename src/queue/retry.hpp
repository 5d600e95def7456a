// A person's wish to have a task tried again.
#pragma once

#include "core/result.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "database/database.hpp"

namespace sightglass::queue {

// discarded, cancelled → available with one attempt more where none was left; retryable → due at once. Its photo waits
// for it again. Returns the task as it stands then.
// not_found, or conflict with the reason: waiting, running and completed tasks, batches, and tasks whose photo is gone
// or was taken over by a newer task. Blocks.
core::Result<core::Task> try_again(database::Session& session, core::TaskId id, core::Instant now);

}  // namespace sightglass::queue
