// Moves the rows of an embedded installation to another database, all of them or none.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "database/database.hpp"

namespace sightglass::care {

struct MigratedTable {
  std::string name{};
  std::int64_t rows = 0;
  std::string sha256{};  // of all its rows in the order of their key, the same on both sides
};

struct MigrationReport {
  std::vector<MigratedTable> tables{};
  std::int64_t rows = 0;
  std::int64_t mended_texts = 0;  // that were no UTF-8, or held a NUL; what could not be read in them is now U+FFFD
};

// Told of each few hundred rows: "copying" or "comparing", the table, and its rows so far.
using MigrationProgress = std::function<void(std::string_view step, std::string_view table, std::int64_t rows)>;

// Copies table by table in one transaction of `target`, which must be migrated and empty, then reads both sides again
// and compares them row by row and byte by byte, and only then commits. Nobody may write to `embedded` meanwhile.
// Files stay where they are. Blocks, about a minute for a million photos.
//
// conflict when the target is not empty; internal, with the table and the row, when a copy differs.
core::Result<MigrationReport> migrate_store(database::Database& embedded, database::Database& target,
                                            const MigrationProgress& progress = {});

std::string to_json(const MigrationReport& report);

}  // namespace sightglass::care
