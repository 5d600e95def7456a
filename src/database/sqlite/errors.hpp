// Turns SQLite's result codes into the product's errors.
#pragma once

#include <sqlite3.h>

#include "core/error.hpp"

namespace sightglass::database::sqlite {

// For the last failed call on `connection`. conflict for a violated constraint, unavailable when the file is
// locked or the disk failing, the error of core/no_room.hpp when the disk is full, internal for everything else (a bug,
// a damaged file).
core::Error last_error(sqlite3* connection);

}  // namespace sightglass::database::sqlite
