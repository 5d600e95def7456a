// Migration 22: which photos one camera took in one go, what was seen on each, decisions that followed another one,
// and which species may occur where.
#pragma once

#include <string_view>

#include "database/migrations/migrate.hpp"

namespace sightglass::database::burst_tables {

// Of photos on which animals are looked for, once somebody looked. `camera` tells cameras apart, `sightings` is what
// was seen on this photo alone, as JSON; `burst` is empty while the photo stands alone.
inline constexpr std::string_view statements[] = {
    R"(CREATE TABLE photo_bursts (
         photo_id TEXT PRIMARY KEY REFERENCES photos (id) ON DELETE CASCADE, camera TEXT NOT NULL,
         taken_at BIGINT NOT NULL, burst TEXT NOT NULL, sightings TEXT NOT NULL))",
    "CREATE INDEX photo_bursts_by_camera ON photo_bursts (camera, taken_at, photo_id)",
    "CREATE INDEX photo_bursts_by_burst ON photo_bursts (burst, taken_at, photo_id) WHERE burst <> ''",
    "ALTER TABLE decisions ADD COLUMN led_by TEXT",
    "CREATE INDEX decisions_led ON decisions (led_by, id) WHERE led_by IS NOT NULL",

    // `scope` is a location's id or "everywhere", `species` a JSON array of [name, scientific name].
    R"(CREATE TABLE species_lists (
         scope TEXT PRIMARY KEY, location_id TEXT REFERENCES locations (id) ON DELETE CASCADE, species TEXT NOT NULL,
         updated_at BIGINT NOT NULL))",
    "CREATE INDEX species_lists_by_location ON species_lists (location_id) WHERE location_id IS NOT NULL",
};

inline constexpr Migration migration{.version = 22, .name = "bursts and species", .statements = statements};

}  // namespace sightglass::database::burst_tables
