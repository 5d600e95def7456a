// The embedded store: one SQLite file, shared by all processes of one machine.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>

#include "core/result.hpp"
#include "database/database.hpp"

namespace sightglass::database::sqlite {

struct SqliteOptions {
  std::size_t readers = 4;                       // connections at most; opened when needed
  std::int32_t reader_cache_kib = 1024;          // page cache of each
  std::int32_t writer_cache_kib = 4096;          // page cache of the writer
  std::chrono::milliseconds busy_wait{10'000};   // for the lock of another process, then unavailable
  std::chrono::milliseconds reader_wait{5'000};  // for one of the readers, then unavailable
  std::chrono::milliseconds statement_time{};    // of one statement of a reader, then timeout; 0 is without limit
};

// Opens the file, or makes it with mode 0600; the schema is migrate()'s work. Blocks.
// Errors: unavailable when it cannot be opened, internal when it is no database.
core::Result<std::unique_ptr<Database>> open_sqlite(const std::filesystem::path& path,
                                                    const SqliteOptions& options = {});

}  // namespace sightglass::database::sqlite
