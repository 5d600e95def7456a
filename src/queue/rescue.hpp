// Tasks whose worker is gone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "database/database.hpp"

namespace sightglass::queue {

using Tasks = std::vector<core::Task>;

// Deaths of a worker that a task may cause before it is set aside.
inline constexpr std::int32_t most_kills = 2;
inline constexpr std::string_view killed_code = "worker_killed";

// Each returns the tasks that were discarded, so that somebody can say so.

// What one owner holds until then, if it still does: retryable, or discarded when no attempt remains. Nobody knows why
// the lease was not renewed: the machine may have lost power, so nothing is held against the task but the attempt.
core::Result<Tasks> rescue_lease(database::Session& session, std::string_view owner, core::Instant until,
                                 core::Instant now);
// All owners that hold tasks, and until when: few, because what a worker holds it renews together.
core::Result<std::vector<std::pair<std::string, core::Instant>>> list_leases(database::Session& session);
// Everything held by an owner whose process is known to have died at its work. A task it held alone did that: it
// counts, and the second time the task is discarded. Of several nobody knows which one it was: each goes back with its
// attempt and is suspect.
core::Result<Tasks> rescue_owner(database::Session& session, std::string_view owner, core::Instant now);
// Gives back every task in work whose owner's name begins with `prefix`, the attempt not counted: for the start of a
// server whose predecessor and its workers are dead. Returns how many.
core::Result<std::int64_t> release_running(database::Session& session, std::string_view prefix, core::Instant now);

}  // namespace sightglass::queue
