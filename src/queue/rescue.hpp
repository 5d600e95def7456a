// Tasks whose worker is gone.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "database/database.hpp"

namespace sightglass::queue {

// Deaths of a worker that a task may cause before it is set aside.
inline constexpr std::int32_t most_kills = 2;
inline constexpr std::string_view killed_code = "worker_killed";

// Each returns the tasks that were discarded, so that somebody can say so.

// Leases that ran out: retryable, or discarded when no attempt remains. Nobody knows why: the machine may have lost
// power, so nothing is held against the task but the attempt.
core::Result<std::vector<core::Task>> rescue_expired(database::Session& session, core::Instant now);
// Everything held by an owner whose process is known to have died at its work. A task it held alone did that: it
// counts, and the second time the task is discarded. Of several nobody knows which one it was: each goes back with its
// attempt and is suspect.
core::Result<std::vector<core::Task>> rescue_owner(database::Session& session, std::string_view owner,
                                                   core::Instant now);
// Gives back every task in work whose owner's name begins with `prefix`, the attempt not counted: for the start of a
// server whose predecessor and its workers are dead. Returns how many.
core::Result<std::int64_t> release_running(database::Session& session, std::string_view prefix, core::Instant now);

}  // namespace sightglass::queue
