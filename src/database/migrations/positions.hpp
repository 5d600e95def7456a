// Migration 5: positions of photos that are not in the trash, found and counted without reading their rows.
#pragma once

#include <string_view>

#include "database/migrations/migrate.hpp"

namespace sightglass::database::positions {

inline constexpr std::string_view tables[] = {
    "DROP INDEX photos_by_position",
    R"(CREATE INDEX photos_by_position ON photos (latitude, longitude, trashed_at)
       WHERE trashed_at IS NULL AND latitude IS NOT NULL)",
};

inline constexpr Migration migration{.version = 5, .name = "positions", .statements = tables};

}  // namespace sightglass::database::positions
