// Tasks as far as a caller may see and change them.
#pragma once

#include "accounts/caller.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "database/database.hpp"

namespace sightglass::http {

// A task is seen by whoever sees its photo, a batch by who made it; both by those who see everything. not_found
// otherwise. Blocks.
core::Result<core::Task> visible_task(database::Session& session, const accounts::Caller& caller, core::TaskId id);

// Of a task that may be seen: those who may have its photo analysed again may retry and cancel it, reviewers and up
// what has no photo. permission_denied otherwise. Blocks.
core::Result<void> may_change_task(database::Session& session, const accounts::Caller& caller, const core::Task& task);

}  // namespace sightglass::http
