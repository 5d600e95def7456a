// A bounded set of reading connections to one file, opened when first needed.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <utility>

#include "database/connection_pool.hpp"
#include "database/sqlite/connection.hpp"

namespace sightglass::database::sqlite {

// Thread-safe.
class ReaderPool : public ConnectionPool<Connection> {
 public:
  ReaderPool(std::filesystem::path path, const ConnectionOptions& options, std::size_t limit,
             std::chrono::milliseconds patience)
      : ConnectionPool([path = std::move(path), options] { return Connection::open(path, options); }, limit, patience) {
  }
};

}  // namespace sightglass::database::sqlite
