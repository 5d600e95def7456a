// Turns SQLite's result codes into the product's errors.
#pragma once

#include <sqlite3.h>

#include "core/error.hpp"

namespace sightglass::database::sqlite {

// For the last failed call on `connection`. conflict for a violated constraint, unavailable when the file is
// locked, the disk is full or failing, internal for everything else (a bug, a damaged file).
core::Error last_error(sqlite3* connection);

}  // namespace sightglass::database::sqlite
