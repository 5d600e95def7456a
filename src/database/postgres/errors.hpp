// Turns PostgreSQL's SQLSTATE codes into the product's errors (PostgreSQL 15 manual, appendix A).
#pragma once

#include <string>
#include <string_view>

#include "core/error.hpp"
#include "database/postgres/handles.hpp"

namespace sightglass::database::postgres {

// conflict for a violated UNIQUE or FOREIGN KEY constraint; timeout for a statement over its time; the error of
// core/no_room.hpp for a full disk; unavailable where trying again may help or the server is down; internal for
// everything else (a bug, damaged data). An empty `state` is a connection that broke. `cause` is for the log.
core::Error error_of(std::string_view state, std::string cause);

// Of a failed result: its SQLSTATE, message and constraint, without the values that its details may quote.
core::Error error_of(const PGresult* result);
std::string state_of(const PGresult* result);  // five characters, or empty

// Whether the transaction met another one and may succeed when it is run again: 40001, 40P01.
bool is_collision(std::string_view state);

}  // namespace sightglass::database::postgres
