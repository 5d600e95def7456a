#include "database/sqlite/reader_pool.hpp"

#include <utility>

namespace sightglass::database::sqlite {

core::Result<std::unique_ptr<Connection>> ReaderPool::take() {
  {
    std::unique_lock lock(mutex_);
    const bool is_free = returned_.wait_for(lock, patience_, [&] { return !idle_.empty() || opened_ < limit_; });
    if (!is_free)
      return core::fail(core::unavailable("The database is busy; try again.", "no reading connection became free"));
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
    ++opened_;
  }
  // Counted first, then opened without the lock: this reads from the disk.
  auto opened = Connection::open(path_, options_);
  if (!opened) give_back(nullptr);
  return opened;
}

void ReaderPool::give_back(std::unique_ptr<Connection> connection) {
  {
    const std::lock_guard lock(mutex_);
    if (connection)
      idle_.push_back(std::move(connection));
    else
      --opened_;
  }
  returned_.notify_one();
}

}  // namespace sightglass::database::sqlite
