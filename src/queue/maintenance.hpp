// Periodic care of the queue, run by the server.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "core/result.hpp"
#include "core/time.hpp"
#include "database/database.hpp"

namespace sightglass::queue {

// Thread-safe; all calls block on the database. Each returns how many tasks it dealt with.

// Gives back the tasks of workers that died or hang: every few seconds. Returns those discarded.
core::Result<std::int64_t> rescue_lost_tasks(database::Database& database, const core::Clock& clock);
// For the start of a server that runs no worker yet: gives back what the workers of its predecessor had in work, whose
// owners' names begin with `prefix` ("" for all, when nobody else works on this database). That the server ended says
// nothing about the task, so no attempt is lost.
core::Result<std::int64_t> release_interrupted_tasks(database::Database& database, std::string_view prefix,
                                                     const core::Clock& clock);
// Like rescue_lost_tasks, at once, for one worker whose process is known to have ended.
core::Result<std::int64_t> rescue_tasks_of(database::Database& database, std::string_view owner,
                                           const core::Clock& clock);
// Forgets tasks that ended longer than `keep` ago: every hour or so.
core::Result<std::int64_t> prune_old_tasks(database::Database& database, std::chrono::hours keep,
                                           const core::Clock& clock);

}  // namespace sightglass::queue
