// Makes the database again from the sidecars in the data directory.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "core/time.hpp"
#include "database/database.hpp"
#include "storage/blob_store.hpp"

namespace sightglass::care {

struct RebuildReport {
  struct Problem {
    std::string path{};
    std::string message{};
  };
  std::int64_t locations = 0, assets = 0, jobs = 0, photos = 0, pairs = 0, users = 0;  // rows made
  std::int64_t were_there = 0;                                                         // rows that existed already
  std::int64_t without_derived = 0;  // photos whose display image or thumbnail `check --repair` must make
  // Sidecars that could not be used, originals that are gone or altered, photos whose deletion was begun.
  std::vector<Problem> problems{};
};

struct RebuildOptions {
  bool deep = false;  // hash every original, and leave out photos whose bytes do not fit their sidecar
  std::function<void(const RebuildReport&)> progress{};  // after every few hundred sidecars
};

// Adds what is missing and changes nothing that is there, so it may run again. The schema must be migrated.
// Uploaders come back as disabled users with the same id and name; photos wait for analysis again in the batch
// queue. Blocks for long.
core::Result<RebuildReport> rebuild(storage::BlobStore& blobs, database::Database& database, const core::Clock& clock,
                                    const RebuildOptions& options);

std::string to_json(const RebuildReport& report);

}  // namespace sightglass::care
