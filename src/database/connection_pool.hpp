// A bounded set of connections, opened when first needed; who waits longest is served first.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "core/result.hpp"

namespace sightglass::database {

// Thread-safe.
template <typename Connection>
class ConnectionPool {
 public:
  using Open = std::function<core::Result<std::unique_ptr<Connection>>()>;

  ConnectionPool(Open open, std::size_t limit, std::chrono::milliseconds patience)
      : open_(std::move(open)), limit_(limit), patience_(patience) {}

  // Blocks while every connection is in use; unavailable when none came back in time. Who waits longest is served
  // first: under load a turn by chance makes the slowest answers several times as slow as the middle one. The
  // connection used last is handed out first: its cache is warm, and the others stay closed as long as one will do.
  core::Result<std::unique_ptr<Connection>> take() {
    std::unique_lock lock(mutex_);
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
    if (opened_ < limit_) {
      ++opened_;
      lock.unlock();
      return open();
    }
    Waiter self;
    waiters_.push_back(&self);
    if (!self.served.wait_for(lock, patience_, [&self] { return self.is_served; })) {
      // The lock is ours again, so that nobody can be serving a waiter that leaves.
      std::erase(waiters_, &self);
      return core::fail(core::unavailable("The database is busy; try again.", "no connection became free"));
    }
    if (self.connection) return std::move(self.connection);
    lock.unlock();
    return open();
  }

  // Null when a connection was lost; it makes room for a new one.
  void give_back(std::unique_ptr<Connection> connection) {
    const std::lock_guard lock(mutex_);
    if (!waiters_.empty()) {
      // Handed over, not put down: a caller that comes just now would take it past those in line.
      auto& first = *waiters_.front();
      waiters_.pop_front();
      first.connection = std::move(connection);
      first.is_served = true;
      first.served.notify_one();
    } else if (connection) {
      idle_.push_back(std::move(connection));
    } else {
      --opened_;
    }
  }

  // Closes those that nobody uses now: when one turned out to be lost, the others that lay idle are as well.
  void close_idle() {
    std::vector<std::unique_ptr<Connection>> closed;
    const std::lock_guard lock(mutex_);
    opened_ -= idle_.size();
    closed.swap(idle_);
  }

  // Callers that stand in line now.
  std::size_t waiting() const {
    const std::lock_guard lock(mutex_);
    return waiters_.size();
  }

 private:
  // A caller in line; lives on its stack. Served under the pool's mutex.
  struct Waiter {
    std::condition_variable served;
    bool is_served = false;
    std::unique_ptr<Connection> connection;  // null: the place of one that was lost, to be opened anew
  };

  // For a place that is counted already, without the lock: this reads from the disk or the network.
  core::Result<std::unique_ptr<Connection>> open() {
    auto opened = open_();
    if (!opened) give_back(nullptr);
    return opened;
  }

  Open open_;
  std::size_t limit_;
  std::chrono::milliseconds patience_;
  mutable std::mutex mutex_;
  std::deque<Waiter*> waiters_;                    // the longest waiting first
  std::vector<std::unique_ptr<Connection>> idle_;  // none while somebody waits
  std::size_t opened_ = 0;                         // in use and idle ones
};

}  // namespace sightglass::database
