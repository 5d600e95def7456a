// Brings the ledger up to what a listing shows.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "core/result.hpp"
#include "core/time.hpp"
#include "database/database.hpp"
#include "database/pull_files.hpp"
#include "sources/gateway.hpp"

namespace sightglass::pulls {

// Not thread-safe. What it borrows outlives it.
class LedgerUpdate {
 public:
  LedgerUpdate(database::Database& database, const core::Clock& clock, core::PullSourceId source,
               std::chrono::seconds settle)
      : database_(database), clock_(clock), source_(source), settle_(settle) {}

  // How many files are new or were replaced; their rows are due, the oldest file first. What a crash leaves undone the
  // next listing does. Blocks.
  core::Result<std::int64_t> absorb(std::vector<sources::RemoteFile> listed, std::optional<core::Instant> server_time);
  // Whether the last listing showed a file of this path, as the ledger writes it.
  bool has_listed(const std::string& path) const { return listed_.contains(path); }

 private:
  using File = database::pull_files::File;
  // Rows of one transaction.
  struct Changes {
    std::vector<File> fresh{};
    std::vector<File> replaced{};
    std::vector<File> moved{};  // fetched from another address now
  };
  core::Result<void> write(Changes& changes);

  database::Database& database_;
  const core::Clock& clock_;
  const core::PullSourceId source_;
  const std::chrono::seconds settle_;
  std::unordered_set<std::string> listed_{};
  std::int64_t fresh_ = 0;
};

}  // namespace sightglass::pulls
