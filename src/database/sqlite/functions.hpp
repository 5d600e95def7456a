// SQL functions that SQLite lacks and PostgreSQL has.
#pragma once

#include <sqlite3.h>

#include "core/result.hpp"

namespace sightglass::database::sqlite {

// fold(text): lower case for every script, as PostgreSQL's lower(); SQLite's own knows only ASCII.
core::Result<void> register_functions(sqlite3* connection);

}  // namespace sightglass::database::sqlite
