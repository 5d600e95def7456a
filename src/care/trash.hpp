// Deletes for good what has lain in the trash long enough.
#pragma once

#include <cstdint>
#include <functional>

#include "core/photo.hpp"
#include "core/result.hpp"
#include "core/time.hpp"
#include "database/database.hpp"
#include "storage/blob_store.hpp"

namespace sightglass::care {

struct TrashReport {
  std::int64_t deleted = 0;
  std::int64_t failed = 0;  // logged; the next run tries them again
};

// Every photo thrown away before `before`, each like delete_photo(): `also` runs in the transaction that removes its
// row. What is taken out of the trash meanwhile stays. `should_stop` is asked before each, if it is given. Blocks.
// Errors: those of reading the trash; cancelled when it was stopped, and the next run goes on.
core::Result<TrashReport> empty_trash(
    storage::BlobStore& blobs, database::Database& database, core::Instant before,
    const std::function<core::Result<void>(database::Session&, const core::Photo&)>& also,
    const std::function<bool()>& should_stop = {});

}  // namespace sightglass::care
