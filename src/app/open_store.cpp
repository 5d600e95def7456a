#include "app/open_store.hpp"

#include "database/postgres/postgres_database.hpp"
#include "database/sqlite/sqlite_database.hpp"

namespace sightglass::app {

std::vector<std::pair<std::string, std::string>> without_secrets() {
  return {{database_url_variable, ""}, {"PGPASSWORD", ""}, {"SIGHTGLASS_MIGRATE_TO", ""}};
}

std::vector<std::pair<std::string, std::string>> store_environment(const std::string& url) {
  std::vector<std::pair<std::string, std::string>> variables{{database_url_variable, url}};
  if (url.empty()) return variables;
  // A database that cannot be reached is whoever opens it to complain of.
  const auto password = database::postgres::password_of(url);
  if (password && !password->empty()) variables.emplace_back("PGPASSWORD", *password);
  return variables;
}

core::Result<std::unique_ptr<database::Database>> open_store(const std::string& url, const std::filesystem::path& file,
                                                             const StoreLimits& limits) {
  if (url.empty())
    return database::sqlite::open_sqlite(file, {.readers = limits.readers, .statement_time = limits.statement_time});
  return database::postgres::open_postgres(
      url, {.connections = limits.connections, .statement_time = limits.statement_time});
}

core::Result<std::vector<std::uint16_t>> ports_of_store(const std::string& url) {
  if (url.empty()) return std::vector<std::uint16_t>{};
  return database::postgres::ports_of(url);
}

}  // namespace sightglass::app
