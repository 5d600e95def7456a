// A bounded set of reading connections, opened when first needed.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
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

  // Blocks while every connection is in use; unavailable when none came back in time. The one used last is handed out
  // first: its cache is warm, and the others stay closed as long as one will do.
  core::Result<std::unique_ptr<Connection>> take();
  // Null when a connection was lost; it makes room for a new one.
  void give_back(std::unique_ptr<Connection> connection);

 private:
  std::filesystem::path path_;
  ConnectionOptions options_;
  std::size_t limit_;
  std::chrono::milliseconds patience_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Connection>> idle_;
  std::size_t opened_ = 0;
};

}  // namespace sightglass::database::sqlite
