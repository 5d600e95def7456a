// Deletes for good what has lain in the trash long enough.
#pragma once

#include <cstdint>
#include <functional>

#include "core/photo.hpp"
#include "core/result.hpp"
#include "core/time.hpp"
#include "database/current_run.hpp"
#include "database/database.hpp"
#include "storage/blob_store.hpp"

namespace sightglass::care {

struct TrashReport {
  std::int64_t deleted = 0;
  std::int64_t failed = 0;  // logged; the next run tries them again
};

struct TrashSteps {
  // In the transaction that removes a photo's row.
  std::function<core::Result<void>(database::Session&, const core::Photo&)> also{};
  std::function<bool()> should_stop{};  // asked before each photo, if it is given
  database::CurrentRun* run = nullptr;  // as of DeletionSteps
};

// Every photo thrown away before `before`, each like delete_photo(). What is taken out of the trash meanwhile stays.
// Blocks. Errors: those of reading the trash; cancelled when it was stopped, and the next run goes on.
core::Result<TrashReport> empty_trash(storage::BlobStore& blobs, database::Database& database, core::Instant before,
                                      const TrashSteps& steps);

}  // namespace sightglass::care
