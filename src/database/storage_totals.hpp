// How much room the photos take, by kind of file, as the rows say.
#pragma once

#include <cstdint>

#include "core/result.hpp"
#include "database/database.hpp"

namespace sightglass::database {

struct FileTotal {
  std::int64_t count = 0;
  std::int64_t bytes = 0;
};

// Photos sent more than once are one file on disk: all but `duplicates` leave the further ones out.
struct StorageTotals {
  FileTotal originals{};
  FileTotal displays{};
  FileTotal thumbnails{};
  FileTotal duplicates{};  // photos that share their files with an earlier one, and the bytes of their originals
  FileTotal trash{};       // photos thrown away, with all their files; counted among the others as well
  std::int64_t database_bytes = 0;
};

// Reads every photo's row once: for a look now and then, not for every request. Blocks.
core::Result<StorageTotals> storage_totals(Session& session);

}  // namespace sightglass::database
