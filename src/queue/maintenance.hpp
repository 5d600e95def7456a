// Periodic care of the queue, run by the server.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "database/database.hpp"

namespace sightglass::queue {

// Thread-safe; all calls block on the database. Each returns how many tasks it dealt with.

// For the start of a server that runs no worker yet: gives back what the workers of its predecessor had in work, whose
// owners' names begin with `prefix` ("" for all, when nobody else works on this database). That the server ended says
// nothing about the task, so no attempt is lost.
core::Result<std::int64_t> release_interrupted_tasks(database::Database& database, std::string_view prefix,
                                                     const core::Clock& clock);
// What one worker held whose process is known to have ended. Returns how many were discarded.
core::Result<std::int64_t> rescue_tasks_of(database::Database& database, std::string_view owner,
                                           const core::Clock& clock);
// Forgets tasks that ended longer than `keep` ago: every hour or so. In steps, so that others write in between.
core::Result<std::int64_t> prune_old_tasks(database::Database& database, std::chrono::hours keep,
                                           const core::Clock& clock);

// Says in the log which tasks were given up; returns how many.
std::int64_t report_discarded(const std::vector<core::Task>& discarded);

}  // namespace sightglass::queue
