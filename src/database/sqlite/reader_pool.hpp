// A bounded set of reading connections, opened when first needed.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <vector>

#include "core/result.hpp"
#include "database/sqlite/connection.hpp"

namespace sightglass::database::sqlite {

// Thread-safe.
class ReaderPool {
 public:
  ReaderPool(std::filesystem::path path, ConnectionOptions options, std::size_t limit,
             std::chrono::milliseconds patience)
      : path_(std::move(path)), options_(options), limit_(limit), patience_(patience) {}

  // Blocks while every connection is in use; unavailable when none came back in time. Who waits longest is served
  // first: under load a turn by chance makes the slowest answers several times as slow as the middle one. The
  // connection used last is handed out first: its cache is warm, and the others stay closed as long as one will do.
  core::Result<std::unique_ptr<Connection>> take();
  // Null when a connection was lost; it makes room for a new one.
  void give_back(std::unique_ptr<Connection> connection);
  // Callers that stand in line now.
  std::size_t waiting() const;

 private:
  struct Waiter;

  core::Result<std::unique_ptr<Connection>> open();

  std::filesystem::path path_;
  ConnectionOptions options_;
  std::size_t limit_;
  std::chrono::milliseconds patience_;
  mutable std::mutex mutex_;
  std::deque<Waiter*> waiters_;                    // the longest waiting first
  std::vector<std::unique_ptr<Connection>> idle_;  // none while somebody waits
  std::size_t opened_ = 0;                         // in use and idle ones
};

}  // namespace sightglass::database::sqlite
