// The store that the settings name: the embedded file or a PostgreSQL server.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/result.hpp"
#include "database/database.hpp"

namespace sightglass::app {

// Where a task worker finds the setting database.url: arguments can be read by everybody on the machine.
inline constexpr const char* database_url_variable = "SIGHTGLASS_DATABASE_URL";

// The variables by which a task worker reaches the store at `url`, to be handed to it and to nobody else: it can read
// neither settings nor ~/.pgpass. Blocks while it connects, to learn which password counts.
std::vector<std::pair<std::string, std::string>> store_environment(const std::string& url);

// The variables that may hold the database's password, emptied: for processes that look at strangers' pictures.
std::vector<std::pair<std::string, std::string>> without_secrets();

struct StoreLimits {
  std::size_t readers = 4;                     // connections of the embedded store at most, beside its writer's
  std::size_t connections = 16;                // of PostgreSQL at most
  std::chrono::milliseconds statement_time{};  // of one statement that reads, then timeout; 0 is without limit
};

// An empty `url` is the embedded store in `file`. Does not migrate. Blocks.
core::Result<std::unique_ptr<database::Database>> open_store(const std::string& url, const std::filesystem::path& file,
                                                             const StoreLimits& limits = {});

// TCP ports over which the store is reached; none for the embedded one. invalid_input for an address that is none.
core::Result<std::vector<std::uint16_t>> ports_of_store(const std::string& url);

}  // namespace sightglass::app
