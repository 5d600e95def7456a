// The few pieces of SQL that the stores spell differently.
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"
#include "database/conditions.hpp"
#include "database/database.hpp"

namespace sightglass::database {

// Requires that every word of `text` occurs, as the beginning of a word, in the searched columns of photos "p".
// What is no letter or digit separates words; a text without any word matches nothing.
void add_search(Conditions& conditions, Dialect dialect, std::string_view text);

// Requires that `text` occurs in the concatenation `expression`, whatever its case. The expression is SQL.
void add_contains(Conditions& conditions, Dialect dialect, std::string_view expression, std::string_view text);

// How many photos a job "j" has that are not in the trash, as an expression.
std::string photo_count_of_job(Dialect dialect);

// Behind a SELECT of rows: others may read them until the transaction ends, and hold them like this, but not change
// them; or else do neither. Writers of the embedded store go one after the other anyway.
std::string shared_lock(Dialect dialect);
std::string sole_lock(Dialect dialect);

}  // namespace sightglass::database
