// What follows from a task's end, in the transaction that ended it.
#pragma once

#include "core/result.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "database/database.hpp"

namespace sightglass::queue {

// `task` was just completed, discarded or cancelled (task.state and task.error say so): marks its photo FAILED
// unless it completed, and finishes its group when it was the last member.
core::Result<void> settle(database::Session& session, const core::Task& task, core::Instant now);

// Finishes the row of a group whose members are all final: completed when any member succeeded, else discarded
// when any failed, else cancelled. Does nothing while members are unfinished or when there are none.
core::Result<void> settle_group(database::Session& session, core::TaskId group, core::Instant now);

}  // namespace sightglass::queue
