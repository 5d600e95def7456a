// Locks over nodes as PostgreSQL's advisory locks, all of one process on one connection.
#pragma once

#include <mutex>
#include <string>

#include "database/node_locks.hpp"
#include "database/postgres/address.hpp"

namespace sightglass::database::postgres {

// Sessions hold these locks (PostgreSQL manual, 13.3.5): they cost no write, and none outlives its process. The
// connection is made with the first lock. When it is lost, all that were held are; they are not taken back silently,
// since another node may have had them in between. A pooler that gives sessions out by transaction must not stand
// between, as for signals.
class AdvisoryNodeLocks final : public NodeLocks {
 public:
  explicit AdvisoryNodeLocks(Address address) : address_(std::move(address)) {}

 private:
  core::Result<std::optional<std::uint64_t>> claim(const std::string& name) override;
  void give_up(const std::string& name, std::uint64_t claim) override;
  bool stands(std::uint64_t claim) override;

  core::Result<void> connect();
  // The answer of a function of one row with one truth; nullopt when the connection is lost.
  std::optional<bool> ask(const char* sql, const std::string* name);

  const Address address_;
  std::mutex mutex_;  // one question at a time
  Handle<PGconn> connection_{};
  std::uint64_t connection_number_ = 0;
};

}  // namespace sightglass::database::postgres
