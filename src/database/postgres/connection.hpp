// One PostgreSQL connection with its prepared statements: the Session that repositories see.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "database/database.hpp"
#include "database/postgres/address.hpp"
#include "database/postgres/handles.hpp"

namespace sightglass::database::postgres {

struct ConnectionOptions {
  std::chrono::seconds connect_time{10};
  std::chrono::milliseconds statement_time{};  // of one statement, then timeout; 0 is without limit
  std::size_t statement_limit = 128;           // prepared statements kept; tens of KiB each on the server
};

// Used by one thread at a time. Blocks.
class Connection final : public Session {
 public:
  static core::Result<std::unique_ptr<Connection>> open(const Address& address, const ConnectionOptions& options);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Rows are taken off the wire one by one, so that a million of them need no memory; a visitor may run further
  // statements, for which the rest of the rows is taken in first.
  core::Result<std::int64_t> run(std::string_view sql, const Parameters& parameters, const RowVisitor& visit) override;
  Dialect dialect() const override { return Dialect::postgres; }

  // BEGIN with what follows, such as "ISOLATION LEVEL SERIALIZABLE".
  core::Result<void> begin(std::string_view mode);
  // internal, and rolled back, when a statement failed and the work went on as if nothing were: PostgreSQL has given
  // the transaction up by then and would answer COMMIT with a rollback that looks like success.
  core::Result<void> commit();
  // False when not even that was possible: the connection is to be thrown away.
  bool roll_back();

  bool is_lost() const { return PQstatus(handle_.get()) != CONNECTION_OK; }
  bool is_in_transaction() const { return PQtransactionStatus(handle_.get()) != PQTRANS_IDLE; }
  // Whether a statement since begin() met another transaction (40001, 40P01), whatever the work made of its error.
  bool has_collided() const { return has_collided_; }

 private:
  struct Prepared {
    std::string sql;
    std::string name;
    std::vector<Oid> types;
  };
  class Stream;

  Connection(Handle<PGconn> handle, const ConnectionOptions& options) : options_(options), handle_(std::move(handle)) {}
  core::Result<void> configure();
  core::Result<const Prepared*> prepare(std::string_view sql);
  core::Result<Handle<PGresult>> take(PGresult* result);
  core::Result<void> send(std::string_view sql, const Parameters& parameters);
  core::Error failure(const PGresult* result);
  core::Error sending_failure();
  core::Result<void> forget_old_statements();

  ConnectionOptions options_;
  Handle<PGconn> handle_;
  std::list<Prepared> statements_;  // most recently used first
  std::uint64_t prepared_ = 0;
  Stream* stream_ = nullptr;  // of the statement whose rows are being visited
  bool has_collided_ = false;
};

}  // namespace sightglass::database::postgres
