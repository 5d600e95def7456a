// Keeps what a camera trap noted as an analysis read it anew, for photos that came before anybody read it.
#pragma once

#include "core/photo.hpp"
#include "core/result.hpp"
#include "core/trap_facts.hpp"
#include "database/database.hpp"

namespace sightglass::inspection {

// Writes `found`, as the original has it, to the photo and its row; false when they have it already or there is
// nothing. A temperature that only the file's name told stays. Blocks. not_found when the photo is gone.
core::Result<bool> renew_trap_facts(database::Database& database, const core::TrapFacts& found, core::Photo& photo);

}  // namespace sightglass::inspection
