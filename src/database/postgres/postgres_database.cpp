#include "database/postgres/postgres_database.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <thread>
#include <utility>

#include "core/time.hpp"
#include "database/connection_pool.hpp"
#include "database/migrations/migrate.hpp"
#include "database/postgres/advisory_locks.hpp"
#include "database/postgres/advisory_node_locks.hpp"
#include "database/postgres/connection.hpp"
#include "telemetry/log.hpp"

namespace sightglass::database::postgres {
namespace {

using Clock = std::chrono::steady_clock;
using Pool = ConnectionPool<Connection>;

// A pause doubles up to this, and each is drawn from nothing to its whole, so that those who met do not meet again.
constexpr std::chrono::microseconds shortest_pause{1'000};
constexpr std::chrono::microseconds longest_pause{100'000};

void pause_before(int attempt) {
  thread_local std::minstd_rand random{std::random_device{}()};
  const auto most = std::min(longest_pause, shortest_pause * (1 << std::min(attempt, 10)));
  std::this_thread::sleep_for(
      std::chrono::microseconds(std::uniform_int_distribution<std::int64_t>(0, most.count())(random)));
}

// A connection out of the pool; ends what transaction is open and gives it back.
class Lease {
 public:
  Lease(Pool& pool, std::unique_ptr<Connection> connection) : pool_(pool), connection_(std::move(connection)) {}
  ~Lease() {
    if (connection_->is_lost()) pool_.close_idle();
    if (!connection_->roll_back()) connection_.reset();
    pool_.give_back(std::move(connection_));
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  Connection& connection() { return *connection_; }

 private:
  Pool& pool_;
  std::unique_ptr<Connection> connection_;
};

// Marks the thread as writing: a write inside another would wait for itself.
class WriteMark {
 public:
  explicit WriteMark(const void* database) : outer_(writing) { writing = database; }
  ~WriteMark() { writing = outer_; }
  WriteMark(const WriteMark&) = delete;
  WriteMark& operator=(const WriteMark&) = delete;
  static bool is_writing(const void* database) { return writing == database; }

 private:
  static thread_local const void* writing;
  const void* outer_;
};
thread_local const void* WriteMark::writing = nullptr;

struct Attempt {
  core::Result<void> outcome{};
  bool may_repeat = false;
};

Attempt attempt_on(Connection& connection, std::string_view mode, const Database::Work& work) {
  Attempt attempt{.outcome = connection.begin(mode)};
  if (!attempt.outcome) {
    attempt.may_repeat = connection.is_lost();  // it may have been so since the server was started anew
    return attempt;
  }
  attempt.outcome = work(connection);
  // Nothing is kept so far, whatever became of the connection.
  attempt.may_repeat = connection.has_collided() || connection.is_lost();
  if (!attempt.outcome || attempt.may_repeat) return attempt;
  attempt.outcome = connection.commit();
  attempt.may_repeat = connection.has_collided();
  if (!attempt.outcome && connection.is_lost())
    attempt.outcome = core::fail(
        core::unavailable("The connection to the database broke in the middle of a commit; look whether it was kept.",
                          attempt.outcome.error().cause));
  return attempt;
}

// Migrations on one connection that holds their lock, without a limit on time: an index may take minutes.
class Migrating final : public Database {
 public:
  explicit Migrating(Connection& connection) : connection_(connection) {}
  core::Result<void> read_work(const Work& work) override { return write_work(work); }
  core::Result<void> write_work(const Work& work) override {
    auto outcome = attempt_on(connection_, "", work).outcome;
    if (!outcome) connection_.roll_back();
    return outcome;
  }
  core::Result<void> migrate() override { return apply_migrations(*this, core::SystemClock{}); }
  core::Result<std::vector<std::string>> verify() override { return std::vector<std::string>{}; }

 private:
  Connection& connection_;
};

class PostgresDatabase final : public Database {
 public:
  PostgresDatabase(const Address& address, const PostgresOptions& options)
      : address_(address),
        options_(options),
        pool_([this] { return open(options_.statement_time); }, std::max<std::size_t>(options.connections, 1),
              options.connection_wait),
        advisory_locks_(address) {}

  core::Result<void> read_work(const Work& work) override {
    // Not run again once it has begun: what reads may gather as it goes.
    bool has_begun = false;
    return repeat("ISOLATION LEVEL REPEATABLE READ READ ONLY", [&](Session& session) -> core::Result<void> {
      if (std::exchange(has_begun, true))
        return core::fail(core::unavailable("The database cannot be reached; try again.", "the connection broke"));
      return work(session);
    });
  }
  core::Result<void> write_work(const Work& work) override { return write("ISOLATION LEVEL SERIALIZABLE", work); }
  core::Result<void> guarded_work(const Work& work) override { return write("ISOLATION LEVEL READ COMMITTED", work); }
  core::Result<void> migrate() override;
  core::Result<std::vector<std::string>> verify() override;
  NodeLocks& locks() override { return advisory_locks_; }
  core::Result<void> check_server();

 private:
  core::Result<std::unique_ptr<Connection>> open(std::chrono::milliseconds statement_time) const {
    return Connection::open(address_, {.connect_time = options_.connect_time, .statement_time = statement_time});
  }
  core::Result<void> write(std::string_view mode, const Work& work) {
    if (WriteMark::is_writing(this)) return core::fail(core::internal_error("A write was begun inside another write."));
    const WriteMark mark(this);
    return repeat(mode, work);
  }
  core::Result<void> repeat(std::string_view mode, const Work& work);

  Address address_;
  PostgresOptions options_;
  Pool pool_;
  AdvisoryNodeLocks advisory_locks_;
};

core::Result<void> PostgresDatabase::repeat(std::string_view mode, const Work& work) {
  const auto deadline = Clock::now() + options_.repeat_time;
  for (int number = 1;; ++number) {
    Attempt attempt;
    {
      SG_ASSIGN(auto taken, pool_.take());
      Lease lease(pool_, std::move(taken));
      attempt = attempt_on(lease.connection(), mode, work);
    }
    if (!attempt.may_repeat) return std::move(attempt.outcome);
    if (Clock::now() >= deadline) {
      telemetry::log_warning("a write met others until its time was over", {{"attempts", std::int32_t{number}}});
      if (!attempt.outcome) return std::move(attempt.outcome);
      return core::fail(core::unavailable("The database is busy; try again.", "it met other writes each time"));
    }
    pause_before(number);
  }
}

core::Result<void> PostgresDatabase::migrate() {
  SG_ASSIGN(const auto connection, open({}));
  // Nodes that start together take turns; whoever comes second finds everything done.
  SG_TRY(connection->execute("SELECT pg_advisory_lock(" + std::string(migration_lock) + ")"));
  return Migrating(*connection).migrate();
}

core::Result<std::vector<std::string>> PostgresDatabase::verify() {
  return read([](Session& session) {
    return session.all(
        "SELECT 'the index ' || c.relname || ' is not valid' FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
        "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() AND NOT i.indisvalid "
        "UNION ALL SELECT 'the rule ' || conname || ' was never checked' FROM pg_constraint "
        "WHERE connamespace = current_schema()::regnamespace AND NOT convalidated "
        "UNION ALL SELECT 'the server found ' || checksum_failures || ' damaged pages' FROM pg_stat_database "
        "WHERE datname = current_database() AND checksum_failures > 0",
        {}, [](const Row& row) { return row.string(0); });
  });
}

// Text is compared byte by byte and folded as Unicode says, or ranges of names and searches would find other rows
// than they do in the embedded store.
core::Result<void> PostgresDatabase::check_server() {
  SG_ASSIGN(const bool will_do, read([](Session& session) -> core::Result<bool> {
              SG_ASSIGN(const auto found,
                        session.first("SELECT current_setting('server_version_num')::bigint >= 130000 "
                                      "AND current_setting('server_encoding') = 'UTF8' "
                                      "AND 'a' > 'B' AND '_' < 'a' AND 'a.b' < 'a/' AND lower('\u00dc') = '\u00fc'",
                                      {}, [](const Row& row) { return row.boolean(0); }));
              return found.value_or(false);
            }));
  if (will_do) return {};
  return core::fail(core::ErrorCode::unsupported_format,
                    "The database must be of PostgreSQL 13 or later, encoded in UTF-8, with text in the order of "
                    "bytes. Make one with: createdb --template=template0 --encoding=UTF8 --locale=C.UTF-8 NAME");
}

}  // namespace

core::Result<std::unique_ptr<Database>> open_postgres(std::string_view url, const PostgresOptions& options) {
  SG_ASSIGN(const auto address, Address::parse(url));
  auto database = std::make_unique<PostgresDatabase>(address, options);
  SG_TRY(database->check_server());
  return database;
}

core::Result<std::string> password_of(std::string_view url) {
  SG_ASSIGN(const auto address, Address::parse(url));
  SG_ASSIGN(const auto connection, address.connect(PostgresOptions{}.connect_time));
  const char* const password = PQpass(connection.get());
  return std::string(password == nullptr ? "" : password);
}

core::Result<std::vector<std::uint16_t>> ports_of(std::string_view url) {
  SG_ASSIGN(const auto address, Address::parse(url));
  return address.ports();
}

}  // namespace sightglass::database::postgres
