// Which species may occur where: one list for a location, and one for everywhere else.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/ids.hpp"
#include "core/result.hpp"
#include "core/species.hpp"
#include "core/time.hpp"
#include "database/database.hpp"

namespace sightglass::database::species_lists {

// All block. An absent location means everywhere that has no list of its own.

// In the order they were given; empty where there is no list.
core::Result<std::vector<core::Species>> find(Session& session, const std::optional<core::LocationId>& location);
// In the place of the list before; none of them: there is no list any more. conflict for an unknown location.
core::Result<void> replace(Session& session, const std::optional<core::LocationId>& location,
                           const std::vector<core::Species>& species, core::Instant now);

struct Holding {
  std::optional<core::LocationId> location{};  // whose list it is
  std::vector<core::Species> species{};        // empty: any species may occur
};
// The list that holds at a location: its own, else that for everywhere.
core::Result<Holding> holding_at(Session& session, const std::optional<core::LocationId>& location);

}  // namespace sightglass::database::species_lists
