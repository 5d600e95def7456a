// What follows from a task's end, in the transaction that ended it.
#pragma once

#include "core/result.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "database/database.hpp"

namespace sightglass::queue {

// `task` was just completed, discarded or cancelled (task.state and task.error say so): marks its photo FAILED
// unless it completed, records a discarded one among the photos' failures, and counts it in its batch, which ends with
// its last member.
core::Result<void> settle(database::Session& session, const core::Task& task, core::Instant now);

}  // namespace sightglass::queue
