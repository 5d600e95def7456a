// Migration 26: what camera traps note of the moment, beside what any camera does.
#pragma once

#include <string_view>

#include "database/migrations/migrate.hpp"

namespace sightglass::database::trap_tables {

// Columns of their own, that photos can be found by; NULL or empty in all that other cameras took.
inline constexpr std::string_view statements[] = {
    "ALTER TABLE photos ADD COLUMN air_temperature DOUBLE PRECISION",
    "ALTER TABLE photos ADD COLUMN air_humidity DOUBLE PRECISION",
    "ALTER TABLE photos ADD COLUMN air_pressure DOUBLE PRECISION",
    "ALTER TABLE photos ADD COLUMN moon_phase TEXT",
    "ALTER TABLE photos ADD COLUMN trap_trigger TEXT",
    "ALTER TABLE photos ADD COLUMN trap_event BIGINT",
    "ALTER TABLE photos ADD COLUMN trap_position BIGINT",
    "ALTER TABLE photos ADD COLUMN trap_count BIGINT",
    "ALTER TABLE photos ADD COLUMN battery_volts DOUBLE PRECISION",
    "ALTER TABLE photos ADD COLUMN is_lit BIGINT",
    "ALTER TABLE photos ADD COLUMN camera_serial TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE photos ADD COLUMN camera_label TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX photos_by_temperature ON photos (air_temperature, taken_at, id) WHERE air_temperature IS NOT NULL "
    "AND trashed_at IS NULL",
    "CREATE INDEX photos_by_moon ON photos (moon_phase, taken_at, id) WHERE moon_phase IS NOT NULL AND trashed_at IS "
    "NULL",
};

inline constexpr Migration migration{.version = 26, .name = "what camera traps note", .statements = statements};

}  // namespace sightglass::database::trap_tables
