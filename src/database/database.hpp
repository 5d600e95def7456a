// The seam to a relational store: read in a snapshot, write in a transaction. SQL text is shared by all
// implementations, with parameters $1 … $n.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/result.hpp"
#include "database/node_locks.hpp"
#include "database/value.hpp"

namespace sightglass::database {

// The differences that SQL text cannot hide.
enum class Dialect : std::uint8_t { sqlite, postgres };

// One connection inside one transaction. Only valid inside the function it was handed to. Blocks.
class Session {
 public:
  virtual ~Session() = default;
  using Parameters = std::vector<Value>;
  using RowVisitor = std::function<core::Result<void>(const Row&)>;

  // Runs one statement, hands each row to `visit`, returns the number of rows changed.
  // conflict for a violated UNIQUE or FOREIGN KEY constraint, unavailable when the store is busy, full or gone.
  virtual core::Result<std::int64_t> run(std::string_view sql, const Parameters& parameters,
                                         const RowVisitor& visit) = 0;
  virtual Dialect dialect() const = 0;

  core::Result<std::int64_t> execute(std::string_view sql, const Parameters& parameters = {}) {
    return run(sql, parameters, {});
  }
  // Every row through `read(const Row&) -> T`.
  template <typename F, typename T = std::invoke_result_t<F, const Row&>>
  core::Result<std::vector<T>> all(std::string_view sql, const Parameters& parameters, F&& read) {
    std::vector<T> rows;
    SG_TRY(run(sql, parameters, [&](const Row& row) -> core::Result<void> {
      rows.push_back(read(row));
      return {};
    }));
    return rows;
  }
  // The first row, or nullopt when there is none.
  template <typename F, typename T = std::invoke_result_t<F, const Row&>>
  core::Result<std::optional<T>> first(std::string_view sql, const Parameters& parameters, F&& read) {
    std::optional<T> found;
    SG_TRY(run(sql, parameters, [&](const Row& row) -> core::Result<void> {
      if (!found) found = read(row);
      return {};
    }));
    return found;
  }
};

// Thread-safe.
class Database {
 public:
  virtual ~Database() = default;
  using Work = std::function<core::Result<void>(Session&)>;

  // Blocks. A consistent snapshot on a pooled connection; writing in it is an error.
  virtual core::Result<void> read_work(const Work& work) = 0;
  // Blocks until the commit is durable. `work` runs as if alone among writers; an error rolls its part back and is
  // returned. It may run on another thread than the caller's, and more than once (each time what it did before was
  // undone), and must do nothing slow besides SQL. Behind a statement that failed it ends, or goes back to a savepoint.
  virtual core::Result<void> write_work(const Work& work) = 0;
  // Blocks. The same for work that guards each of its changes itself, in statements that stand for themselves ("… WHERE
  // state = 'running'"): it may run beside other writers and sees what they commit between two of its statements.
  virtual core::Result<void> guarded_work(const Work& work) { return write_work(work); }
  // Brings the schema up to this program's version. Refuses a schema newer than it knows.
  virtual core::Result<void> migrate() = 0;
  // The store's own consistency check (PRAGMA integrity_check …); empty when sound, else one line per fault.
  virtual core::Result<std::vector<std::string>> verify() = 0;
  // Held against every other process that a server store has; against this process's threads with an embedded one.
  virtual NodeLocks& locks() { return locks_; }

  // read([](Session& s) -> Result<T> {…}), write(…) and write_guarded(…) return what the function returns.
  template <typename F>
  auto read(F&& f) {
    return wrap(std::forward<F>(f), [this](const Work& work) { return read_work(work); });
  }
  template <typename F>
  auto write(F&& f) {
    return wrap(std::forward<F>(f), [this](const Work& work) { return write_work(work); });
  }
  template <typename F>
  auto write_guarded(F&& f) {
    return wrap(std::forward<F>(f), [this](const Work& work) { return guarded_work(work); });
  }

 private:
  template <typename F, typename Run>
  static std::invoke_result_t<F, Session&> wrap(F&& f, Run&& run) {
    using Outcome = std::invoke_result_t<F, Session&>;
    if constexpr (std::is_same_v<Outcome, core::Result<void>>) {
      return run(Work(std::ref(f)));
    } else {
      std::optional<Outcome> outcome;
      core::Result<void> done = run([&](Session& session) -> core::Result<void> {
        outcome = f(session);
        if (!*outcome) return std::unexpected(outcome->error());
        return {};
      });
      if (!done) return std::unexpected(std::move(done).error());
      return std::move(*outcome);
    }
  }

  NodeLocks locks_;
};

}  // namespace sightglass::database
