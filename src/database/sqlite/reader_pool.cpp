#include "database/sqlite/reader_pool.hpp"

#include <utility>

namespace sightglass::database::sqlite {

// A caller in line; lives on its stack. Served under the pool's mutex.
struct ReaderPool::Waiter {
  std::condition_variable served;
  bool is_served = false;
  std::unique_ptr<Connection> connection;  // null: the place of one that was lost, to be opened anew
};

core::Result<std::unique_ptr<Connection>> ReaderPool::take() {
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
    return core::fail(core::unavailable("The database is busy; try again.", "no reading connection became free"));
  }
  if (self.connection) return std::move(self.connection);
  lock.unlock();
  return open();
}

// For a place that is counted already, without the lock: this reads from the disk.
core::Result<std::unique_ptr<Connection>> ReaderPool::open() {
  auto opened = Connection::open(path_, options_);
  if (!opened) give_back(nullptr);
  return opened;
}

void ReaderPool::give_back(std::unique_ptr<Connection> connection) {
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

std::size_t ReaderPool::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiters_.size();
}

}  // namespace sightglass::database::sqlite
