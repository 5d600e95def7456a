// Locks over all nodes of a database: for what two processes must not do at the same moment.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace sightglass::database {

// Thread-safe. This class itself knows one process, which is all there is of an embedded store; on PostgreSQL a lock
// is also held against every other node, and is free again as soon as the server sees that its holder's connection is
// gone: at once when the process died, after some 30 seconds when its machine did.
class NodeLocks {
 public:
  NodeLocks() = default;
  virtual ~NodeLocks() = default;
  NodeLocks(const NodeLocks&) = delete;
  NodeLocks& operator=(const NodeLocks&) = delete;

  // One lock, given back when this ends; the locks outlive it. May move between threads.
  class Held {
   public:
    Held(Held&& other) noexcept;
    Held& operator=(Held&&) = delete;
    ~Held();
    // False when another node may have it meanwhile, because the connection that held it was lost: what was begun
    // under it must not be finished. Blocks for a question to the server.
    bool is_ours() const;

   private:
    friend class NodeLocks;
    Held(NodeLocks& owner, std::string name, std::uint64_t claim)
        : owner_(&owner), name_(std::move(name)), claim_(claim) {}
    NodeLocks* owner_;
    std::string name_;
    std::uint64_t claim_;
  };

  // nullopt while somebody else has it, also another thread of this process. unavailable when the database cannot be
  // asked. Blocks for a question to the server.
  core::Result<std::optional<Held>> try_take(std::string_view name);
  // Waits its turn, at most for `patience`, then unavailable. Who takes two waits for the second without holding up
  // anybody who may hold it and wait for the first: the names of uploads come before those of contents.
  core::Result<Held> take(std::string_view name, std::chrono::milliseconds patience);

 private:
  // Against other nodes. The number tells claims apart that were made over different connections; nullopt when the
  // lock is another node's.
  virtual core::Result<std::optional<std::uint64_t>> claim(const std::string& name);
  virtual void give_up(const std::string& name, std::uint64_t claim);
  virtual bool stands(std::uint64_t claim);

  bool enter(const std::string& name);
  void leave(const std::string& name);
  core::Result<std::optional<Held>> claim_entered(const std::string& name);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<std::string, std::less<>> names_;  // of this process, whatever the other nodes hold
};

}  // namespace sightglass::database
