// How one attempt of a running task ends badly.
#pragma once

#include "core/result.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "database/database.hpp"
#include "queue/task_queue.hpp"

namespace sightglass::queue {

// `task` was found running in this transaction: retryable at now + backoff while attempts remain, else discarded and
// settled; cancelled when somebody had asked for that. The attempt is kept among its failures. Returns the task as it
// stands then.
core::Result<core::Task> end_attempt(database::Session& session, core::Task task, const Failure& failure,
                                     core::Instant now);

}  // namespace sightglass::queue
