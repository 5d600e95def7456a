// The schedules that come with the program.
#pragma once

#include "core/result.hpp"
#include "core/time.hpp"
#include "database/database.hpp"

namespace sightglass::queue::schedules {

// At the start of a server: adds those that are not there yet. What people changed of the others stays. Any number of
// servers may do it at once. Blocks.
core::Result<void> register_built_in(database::Database& database, const core::Clock& clock);

}  // namespace sightglass::queue::schedules
