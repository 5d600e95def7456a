// One SQLite connection with its prepared statements: the Session that repositories see.
#pragma once

#include <sqlite3.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <list>
#include <memory>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "database/database.hpp"

namespace sightglass::database::sqlite {

struct ConnectionOptions {
  bool may_write = false;
  std::int32_t cache_kib = 1024;          // page cache; taken as needed, kept until the connection closes
  std::size_t statement_limit = 48;       // prepared statements kept, about 10 KiB each
  std::chrono::milliseconds busy_wait{};  // how long to wait for another process's lock
  // How long one statement may run, then timeout; 0 is without limit. Looked at every few thousand steps of its
  // program.
  std::chrono::milliseconds statement_time{};
};

struct ConnectionCloser {
  void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
};
struct StatementCloser {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

// Used by one thread at a time. Blocks.
class Connection final : public Session {
 public:
  // Creates the file, readable by its owner only, when it may write and there is none.
  static core::Result<std::unique_ptr<Connection>> open(const std::filesystem::path& path,
                                                        const ConnectionOptions& options);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  core::Result<std::int64_t> run(std::string_view sql, const Parameters& parameters, const RowVisitor& visit) override;
  Dialect dialect() const override { return Dialect::sqlite; }

  // False outside a transaction: also after an error on which SQLite rolled back by itself (disk full …).
  bool is_in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }
  // Pages in the write-ahead log after this connection's last commit.
  int log_pages() const { return log_pages_; }
  // Copies the log into the database file, as far as readers allow, and never waits for them; `truncate` also empties
  // it. False when readers or another writer prevented that.
  bool checkpoint(bool truncate);

 private:
  using Statement = std::unique_ptr<sqlite3_stmt, StatementCloser>;
  struct Prepared {
    std::string sql;
    Statement statement;
  };

  explicit Connection(const ConnectionOptions& options) : options_(options) {}
  core::Result<void> configure();
  core::Result<Prepared> take_statement(std::string_view sql);
  void keep_statement(Prepared prepared);
  static int is_overdue(void* self);
  static int wait_for_lock(void* self, int earlier_waits);
  static int note_log_size(void* self, sqlite3* connection, const char* schema, int pages);

  ConnectionOptions options_;
  std::unique_ptr<sqlite3, ConnectionCloser> handle_;
  std::list<Prepared> statements_;  // most recently used first; declared after the handle: finalized before it closes
  std::chrono::steady_clock::time_point wait_began_{};
  std::chrono::steady_clock::time_point deadline_{};  // of the statement that runs, when there is a limit
  int log_pages_ = 0;
};

}  // namespace sightglass::database::sqlite
