#include "database/postgres/connection.hpp"

#include <algorithm>
#include <charconv>
#include <deque>
#include <string>
#include <utility>

#include "database/postgres/errors.hpp"
#include "database/postgres/parameters.hpp"
#include "database/postgres/result_row.hpp"

namespace sightglass::database::postgres {
namespace {

constexpr int binary_results = 1;

// Rows that the statement changed; PostgreSQL counts those that a SELECT returns in the same place.
std::int64_t changed_rows(PGresult* result) {
  const std::string_view status = PQcmdStatus(result);
  if (!status.starts_with("INSERT") && !status.starts_with("UPDATE") && !status.starts_with("DELETE")) return 0;
  const std::string_view count = PQcmdTuples(result);
  std::int64_t rows = 0;
  std::from_chars(count.data(), count.data() + count.size(), rows);
  return rows;
}

}  // namespace

// The results of the statement under way. Whatever happens to the visitor, the connection is free again at its end.
class Connection::Stream {
 public:
  explicit Stream(Connection& connection) : connection_(connection), outer_(connection.stream_) {
    connection_.stream_ = this;
  }
  ~Stream() {
    while (next()) continue;
    connection_.stream_ = outer_;
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // Null at the end.
  Handle<PGresult> next() {
    if (kept_.empty()) return read();
    auto result = std::move(kept_.front());
    kept_.pop_front();
    return result;
  }
  // Takes in what is still to come, so that another statement can be run in between.
  void keep_rest() {
    while (auto result = read()) kept_.push_back(std::move(result));
  }

 private:
  Handle<PGresult> read() {
    if (is_at_end_) return nullptr;
    Handle<PGresult> result(PQgetResult(connection_.handle_.get()));
    is_at_end_ = !result;
    return result;
  }

  Connection& connection_;
  Stream* outer_;
  std::deque<Handle<PGresult>> kept_;
  bool is_at_end_ = false;
};

core::Result<std::unique_ptr<Connection>> Connection::open(const Address& address, const ConnectionOptions& options) {
  SG_ASSIGN(auto handle, address.connect(options.connect_time));
  std::unique_ptr<Connection> connection(new Connection(std::move(handle), options));
  SG_TRY(connection->configure());
  return connection;
}

core::Result<void> Connection::configure() {
  // At most a minute of work that died in its middle may hold others up. An acknowledged commit survives a power cut,
  // whatever else was set for this database or user; stronger promises, to standbys, stay as they are.
  const std::string sql = "SET statement_timeout = " + std::to_string(options_.statement_time.count()) +
                          "; SET idle_in_transaction_session_timeout = '60s'; SET standard_conforming_strings = on; "
                          "SELECT set_config('synchronous_commit', 'on', false) "
                          "WHERE current_setting('synchronous_commit') = 'off'";
  SG_TRY(take(PQexec(handle_.get(), sql.c_str())));
  return {};
}

core::Result<std::int64_t> Connection::run(std::string_view sql, const Parameters& parameters,
                                           const RowVisitor& visit) {
  if (stream_ != nullptr) stream_->keep_rest();
  SG_TRY(send(sql, parameters));
  Stream stream(*this);
  std::int64_t changed = 0;
  while (auto result = stream.next()) {
    switch (PQresultStatus(result.get())) {
      case PGRES_SINGLE_TUPLE:
        if (visit) SG_TRY(visit(ResultRow(result.get())));
        break;
      case PGRES_TUPLES_OK:
      case PGRES_COMMAND_OK: changed = changed_rows(result.get()); break;
      default: return core::fail(failure(result.get()));
    }
  }
  return changed;
}

core::Result<void> Connection::send(std::string_view sql, const Parameters& parameters) {
  int sent = 0;
  if (parameters.empty()) {
    // Not kept: transaction control, definitions, and statements that are as quickly planned.
    sent = PQsendQueryParams(handle_.get(), std::string(sql).c_str(), 0, nullptr, nullptr, nullptr, nullptr,
                             binary_results);
  } else {
    SG_ASSIGN(const Prepared* const prepared, prepare(sql));
    if (prepared->types.size() != parameters.size())
      return core::fail(core::internal_error("A statement and its parameters do not match.", prepared->sql));
    const postgres::Parameters encoded(parameters, prepared->types);
    sent = PQsendQueryPrepared(handle_.get(), prepared->name.c_str(), encoded.count(), encoded.values(),
                               encoded.lengths(), encoded.formats(), binary_results);
  }
  if (sent == 0) return core::fail(sending_failure());
  PQsetSingleRowMode(handle_.get());
  return {};
}

// The server tells which type it found for each parameter: the shared SQL names none.
core::Result<const Connection::Prepared*> Connection::prepare(std::string_view sql) {
  const auto found = std::ranges::find(statements_, sql, &Prepared::sql);
  if (found != statements_.end()) {
    statements_.splice(statements_.begin(), statements_, found);
    return &statements_.front();
  }
  Prepared prepared{.sql = std::string(sql), .name = "s" + std::to_string(++prepared_), .types = {}};
  SG_TRY(take(PQprepare(handle_.get(), prepared.name.c_str(), prepared.sql.c_str(), 0, nullptr)));
  SG_ASSIGN(const auto described, take(PQdescribePrepared(handle_.get(), prepared.name.c_str())));
  for (int i = 0; i < PQnparams(described.get()); ++i) prepared.types.push_back(PQparamtype(described.get(), i));
  statements_.push_front(std::move(prepared));
  return &statements_.front();
}

core::Result<Handle<PGresult>> Connection::take(PGresult* taken) {
  Handle<PGresult> result(taken);
  if (!result) return core::fail(sending_failure());
  const auto status = PQresultStatus(result.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) return core::fail(failure(result.get()));
  return result;
}

core::Error Connection::failure(const PGresult* result) {
  if (is_collision(state_of(result))) has_collided_ = true;
  return error_of(result);
}

core::Error Connection::sending_failure() { return error_of("", PQerrorMessage(handle_.get())); }

core::Result<void> Connection::begin(std::string_view mode) {
  has_collided_ = false;
  SG_TRY(forget_old_statements());
  SG_TRY(execute("BEGIN " + std::string(mode)));
  return {};
}

// Between transactions, because one that failed refuses to.
core::Result<void> Connection::forget_old_statements() {
  while (statements_.size() > options_.statement_limit) {
    SG_TRY(execute("DEALLOCATE " + statements_.back().name));
    statements_.pop_back();
  }
  return {};
}

core::Result<void> Connection::commit() {
  if (PQtransactionStatus(handle_.get()) == PQTRANS_INERROR) {
    roll_back();
    return core::fail(core::internal_error("A write went on behind a statement that had failed; nothing was kept."));
  }
  SG_TRY(execute("COMMIT"));
  return {};
}

bool Connection::roll_back() { return !is_lost() && (!is_in_transaction() || execute("ROLLBACK").has_value()); }

}  // namespace sightglass::database::postgres
