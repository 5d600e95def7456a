#include "database/sqlite/sqlite_database.hpp"

#include <string>
#include <utility>

#include "core/time.hpp"
#include "database/migrations/migrate.hpp"
#include "database/sqlite/connection.hpp"
#include "database/sqlite/reader_pool.hpp"
#include "database/sqlite/writer.hpp"

namespace sightglass::database::sqlite {
namespace {

// A connection out of the pool with a transaction open; ends it and gives it back.
class Snapshot {
 public:
  Snapshot(ReaderPool& pool, std::unique_ptr<Connection> connection)
      : pool_(pool), connection_(std::move(connection)) {}
  ~Snapshot() {
    // A connection that cannot end its transaction would keep the log from being emptied: drop it.
    if (connection_->is_in_transaction() && !connection_->execute("ROLLBACK")) connection_.reset();
    pool_.give_back(std::move(connection_));
  }
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;
  Connection& connection() { return *connection_; }

 private:
  ReaderPool& pool_;
  std::unique_ptr<Connection> connection_;
};

class SqliteDatabase final : public Database {
 public:
  SqliteDatabase(const std::filesystem::path& path, const SqliteOptions& options, std::unique_ptr<Connection> writer)
      : readers_(path,
                 {.cache_kib = options.reader_cache_kib,
                  .busy_wait = options.busy_wait,
                  .statement_time = options.statement_time},
                 options.readers, options.reader_wait),
        writer_(std::move(writer)) {}

  core::Result<void> read_work(const Work& work) override {
    SG_ASSIGN(auto connection, readers_.take());
    Snapshot snapshot(readers_, std::move(connection));
    // So that all statements of the work see one state of the database.
    SG_TRY(snapshot.connection().execute("BEGIN"));
    return work(snapshot.connection());
  }

  core::Result<void> write_work(const Work& work) override { return writer_.perform(work); }

  core::Result<void> migrate() override { return apply_migrations(*this, core::SystemClock{}); }

  core::Result<std::vector<std::string>> verify() override {
    return read([](Session& session) -> core::Result<std::vector<std::string>> {
      SG_ASSIGN(auto faults, session.all("PRAGMA integrity_check", {}, [](const Row& row) { return row.string(0); }));
      std::erase(faults, "ok");
      SG_ASSIGN(auto dangling, session.all("PRAGMA foreign_key_check", {}, [](const Row& row) {
        return "a row of " + row.string(0) + " refers to a row of " + row.string(2) + " that is not there";
      }));
      faults.insert(faults.end(), dangling.begin(), dangling.end());
      return faults;
    });
  }

 private:
  ReaderPool readers_;
  Writer writer_;
};

}  // namespace

core::Result<std::unique_ptr<Database>> open_sqlite(const std::filesystem::path& path, const SqliteOptions& options) {
  // Without a time limit: SQLite answers an interrupted write by rolling back the transaction, and with it the other
  // callers of the group.
  const ConnectionOptions writing{
      .may_write = true, .cache_kib = options.writer_cache_kib, .statement_limit = 96, .busy_wait = options.busy_wait};
  SG_ASSIGN(auto writer, Connection::open(path, writing));
  return std::make_unique<SqliteDatabase>(path, options, std::move(writer));
}

}  // namespace sightglass::database::sqlite
