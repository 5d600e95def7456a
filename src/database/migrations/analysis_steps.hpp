// Migration 17: what an analysis says of the codes on a photo and of its own steps.
#pragma once

#include <string_view>

#include "database/migrations/migrate.hpp"

namespace sightglass::database::analysis_steps {

inline constexpr std::string_view columns[] = {
    "ALTER TABLE analyses ADD COLUMN codes TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE analyses ADD COLUMN steps TEXT NOT NULL DEFAULT '[]'",
};

inline constexpr Migration migration{.version = 17, .name = "steps of analyses", .statements = columns};

}  // namespace sightglass::database::analysis_steps
