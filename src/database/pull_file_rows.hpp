// The columns of a row of the ledger, read in one place.
#pragma once

#include <string>

#include "database/pull_files.hpp"

namespace sightglass::database::pull_files {

// In the order of read_file; with the alias "f." when `is_aliased`.
std::string columns_of_files(bool is_aliased);
inline constexpr int file_columns = 23;
File read_file(const Row& row);

}  // namespace sightglass::database::pull_files
