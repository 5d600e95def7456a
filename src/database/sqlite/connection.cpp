#include "database/sqlite/connection.hpp"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <thread>
#include <utility>

#include "database/sqlite/errors.hpp"
#include "database/sqlite/functions.hpp"
#include "database/sqlite/statement.hpp"
#include "runtime/unix_fd.hpp"

namespace sightglass::database::sqlite {
namespace {

// Address space, not memory: clean pages of the file that the kernel takes back when it needs them.
constexpr std::int64_t reader_map_bytes = 1LL << 30;

constexpr int steps_between_looks = 4000;  // of SQLite's virtual machine: well under a millisecond

// Puts the statement into its first state again whatever happens, so that it holds no lock and no text.
class RunGuard {
 public:
  explicit RunGuard(sqlite3_stmt* statement) : statement_(statement) {}
  ~RunGuard() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }
  RunGuard(const RunGuard&) = delete;
  RunGuard& operator=(const RunGuard&) = delete;

 private:
  sqlite3_stmt* statement_;
};

// SQLite would create the file with the process's umask; it holds password hashes. The log and its index, which
// SQLite makes beside it, take over its rights.
core::Result<void> create_private(const std::filesystem::path& path) {
  const runtime::UnixFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (file) return {};
  return core::fail(core::unavailable("The database " + path.string() + " cannot be opened.",
                                      std::error_code(errno, std::generic_category()).message()));
}

core::Result<std::int64_t> step_through(sqlite3* handle, sqlite3_stmt* statement, const Session::RowVisitor& visit) {
  const std::int64_t before = sqlite3_total_changes64(handle);
  const StatementRow row(statement);
  int code = sqlite3_step(statement);
  for (; code == SQLITE_ROW; code = sqlite3_step(statement))
    if (visit) SG_TRY(visit(row));
  if (code != SQLITE_DONE) return core::fail(last_error(handle));
  // sqlite3_changes() keeps the number of an earlier statement when this one only read.
  return sqlite3_total_changes64(handle) == before ? 0 : sqlite3_changes64(handle);
}

}  // namespace

core::Result<std::unique_ptr<Connection>> Connection::open(const std::filesystem::path& path,
                                                           const ConnectionOptions& options) {
  if (options.may_write) SG_TRY(create_private(path));
  std::unique_ptr<Connection> connection(new Connection(options));
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  // Also a failed opening leaves a handle, which knows why and must be closed.
  connection->handle_.reset(handle);
  if (handle == nullptr) return core::fail(core::unavailable("No memory for a database connection."));
  if (code != SQLITE_OK) return core::fail(last_error(handle));
  SG_TRY(connection->configure());
  return connection;
}

core::Result<void> Connection::configure() {
  sqlite3_busy_handler(handle_.get(), &Connection::wait_for_lock, this);
  if (options_.statement_time.count() > 0)
    sqlite3_progress_handler(handle_.get(), steps_between_looks, &Connection::is_overdue, this);
  // Replaces SQLite's checkpoint inside COMMIT: ours runs after the waiting callers were answered.
  sqlite3_wal_hook(handle_.get(), &Connection::note_log_size, this);
  sqlite3_db_config(handle_.get(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  SG_TRY(register_functions(handle_.get()));
  const std::array<std::string, 8> pragmas{
      "PRAGMA journal_mode = WAL",
      "PRAGMA synchronous = FULL",  // an acknowledged commit survives a power cut
      "PRAGMA foreign_keys = ON",
      "PRAGMA temp_store = MEMORY",
      "PRAGMA journal_size_limit = 16777216",  // what a long log is cut back to
      "PRAGMA cache_size = -" + std::to_string(options_.cache_kib),
      // Rows of one job lie far apart: reading them in place saves a system call and a copy each. Writes stay off
      // the map, where a full disk would be a signal.
      "PRAGMA mmap_size = " + std::to_string(options_.may_write ? 0 : reader_map_bytes),
      std::string("PRAGMA query_only = ") + (options_.may_write ? "OFF" : "ON"),
  };
  for (const std::string& pragma : pragmas) SG_TRY(execute(pragma));
  return {};
}

core::Result<std::int64_t> Connection::run(std::string_view sql, const Parameters& parameters,
                                           const RowVisitor& visit) {
  SG_ASSIGN(Prepared prepared, take_statement(sql));
  core::Result<std::int64_t> outcome = 0;
  if (options_.statement_time.count() > 0) deadline_ = std::chrono::steady_clock::now() + options_.statement_time;
  {
    const RunGuard guard(prepared.statement.get());
    if (auto bound = bind(prepared.statement.get(), parameters); !bound)
      outcome = std::unexpected(std::move(bound).error());
    else
      outcome = step_through(handle_.get(), prepared.statement.get(), visit);
  }
  keep_statement(std::move(prepared));
  return outcome;
}

// Taken out of the cache while it runs: a visitor may run the same text again.
core::Result<Connection::Prepared> Connection::take_statement(std::string_view sql) {
  const auto found = std::ranges::find(statements_, sql, &Prepared::sql);
  if (found != statements_.end()) {
    Prepared prepared = std::move(*found);
    statements_.erase(found);
    return prepared;
  }
  sqlite3_stmt* statement = nullptr;
  const char* rest = nullptr;
  if (sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement,
                         &rest) != SQLITE_OK)
    return core::fail(last_error(handle_.get()));
  Prepared prepared{std::string(sql), Statement(statement)};
  const bool is_one_statement =
      std::all_of(rest, sql.data() + sql.size(), [](char c) { return c == ' ' || c == '\n'; });
  if (statement == nullptr || !is_one_statement)
    return core::fail(core::internal_error("Only one SQL statement may be run at a time.", prepared.sql));
  return prepared;
}

void Connection::keep_statement(Prepared prepared) {
  statements_.push_front(std::move(prepared));
  if (statements_.size() > options_.statement_limit) statements_.pop_back();
}

bool Connection::checkpoint(bool truncate) {
  // Without a busy handler SQLite does what readers allow and returns, where it would wait for them.
  sqlite3_busy_handler(handle_.get(), nullptr, nullptr);
  // A failure is no loss: the log keeps everything, and the next commit tries again.
  const int code = sqlite3_wal_checkpoint_v2(
      handle_.get(), nullptr, truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  sqlite3_busy_handler(handle_.get(), &Connection::wait_for_lock, this);
  return code == SQLITE_OK;
}

int Connection::is_overdue(void* self) {
  return std::chrono::steady_clock::now() >= static_cast<Connection*>(self)->deadline_ ? 1 : 0;
}

// SQLite's own handler sleeps up to 100 ms at a time, too coarse for writers of several processes taking turns.
int Connection::wait_for_lock(void* self, int earlier_waits) {
  auto& connection = *static_cast<Connection*>(self);
  const auto now = std::chrono::steady_clock::now();
  if (earlier_waits == 0) connection.wait_began_ = now;
  if (now - connection.wait_began_ > connection.options_.busy_wait) return 0;
  std::this_thread::sleep_for(std::chrono::microseconds(std::min(250 * (earlier_waits + 1), 4000)));
  return 1;
}

int Connection::note_log_size(void* self, sqlite3*, const char*, int pages) {
  static_cast<Connection*>(self)->log_pages_ = pages;
  return SQLITE_OK;
}

}  // namespace sightglass::database::sqlite
