#include "database/postgres/advisory_node_locks.hpp"

#include <chrono>
#include <string_view>

#include "telemetry/log.hpp"

namespace sightglass::database::postgres {
namespace {

constexpr std::chrono::seconds connect_time{10};

// Silence of 25 seconds from our machine means to the server that it is gone, and its locks are free. Nothing may end
// the session while it merely waits; that setting exists since PostgreSQL 14.
constexpr const char* configure =
    "SET statement_timeout = 0; SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; "
    "SET tcp_keepalives_count = 3; SET tcp_user_timeout = '25s'; "
    "SELECT set_config('idle_session_timeout', '0', false) FROM pg_settings WHERE name = 'idle_session_timeout'";

// Keys of one number; those of advisory_locks.hpp have two and meet none of these.
constexpr const char* take_one = "SELECT pg_try_advisory_lock(hashtextextended($1, 21351))";
constexpr const char* release_one = "SELECT pg_advisory_unlock(hashtextextended($1, 21351))";
constexpr const char* say_something = "SELECT true";

}  // namespace

core::Result<void> AdvisoryNodeLocks::connect() {
  if (connection_ && PQstatus(connection_.get()) == CONNECTION_OK) return {};
  connection_.reset();
  SG_ASSIGN(connection_, address_.connect(connect_time));
  const Handle<PGresult> configured(PQexec(connection_.get(), configure));
  const auto status = PQresultStatus(configured.get());
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
    const std::string cause = PQerrorMessage(connection_.get());
    connection_.reset();
    return core::fail(core::unavailable("The database does not keep locks; try again.", cause));
  }
  ++connection_number_;
  return {};
}

std::optional<bool> AdvisoryNodeLocks::ask(const char* sql, const std::string* name) {
  const char* const text = name == nullptr ? nullptr : name->c_str();
  const Handle<PGresult> result(
      PQexecParams(connection_.get(), sql, name == nullptr ? 0 : 1, nullptr, &text, nullptr, nullptr, 0));
  if (PQresultStatus(result.get()) == PGRES_TUPLES_OK && PQntuples(result.get()) == 1)
    return std::string_view(PQgetvalue(result.get(), 0, 0)) == "t";
  telemetry::log_warning("the connection that holds locks was lost", {{"cause", PQerrorMessage(connection_.get())}});
  connection_.reset();
  return std::nullopt;
}

core::Result<std::optional<std::uint64_t>> AdvisoryNodeLocks::claim(const std::string& name) {
  const std::lock_guard lock(mutex_);
  // A connection may have died unnoticed since the last question: one more attempt, over a new one.
  for (int attempt = 0; attempt < 2; ++attempt) {
    SG_TRY(connect());
    const auto taken = ask(take_one, &name);
    if (taken) return *taken ? std::optional(connection_number_) : std::nullopt;
  }
  return core::fail(core::unavailable("The database cannot be reached.", "no connection for locks"));
}

void AdvisoryNodeLocks::give_up(const std::string& name, std::uint64_t claim) {
  const std::lock_guard lock(mutex_);
  // What an earlier connection held went with it.
  if (connection_ && claim == connection_number_) ask(release_one, &name);
}

bool AdvisoryNodeLocks::stands(std::uint64_t claim) {
  const std::lock_guard lock(mutex_);
  return connection_ && claim == connection_number_ && ask(say_something, nullptr).has_value();
}

}  // namespace sightglass::database::postgres
