// How one attempt of a running task ends badly.
#pragma once

#include <optional>
#include <string_view>

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

// As fail(), for who counts what ended by itself: the task as it stands then, nullopt when it is not `owner`'s any
// more.
core::Result<std::optional<core::Task>> fail_held(database::Session& session, core::TaskId id, std::string_view owner,
                                                  const Failure& failure, core::Instant now);

}  // namespace sightglass::queue
