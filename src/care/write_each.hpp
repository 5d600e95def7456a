// Many small writes in one durable commit, none of which can spoil the others.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "core/result.hpp"
#include "database/database.hpp"

namespace sightglass::care {

using WritePart = std::function<core::Result<void>(database::Session&)>;

// Runs `parts` in their order in one transaction, each in a savepoint of its own. The outcomes, in the same order, are
// success or the conflict for which that part alone was undone. Any other error comes from the store and ends it: it
// is returned, and nothing of any part is kept. Other writers wait meanwhile, so a few hundred parts are enough.
// Blocks until the commit is durable.
core::Result<std::vector<core::Result<void>>> write_each(database::Database& database,
                                                         std::span<const WritePart> parts);

}  // namespace sightglass::care
