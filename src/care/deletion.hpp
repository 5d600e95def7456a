// Deletes a photo: its row and audit entry in one transaction, then its files.
#pragma once

#include <functional>

#include "core/photo.hpp"
#include "core/result.hpp"
#include "database/current_run.hpp"
#include "database/database.hpp"
#include "storage/blob_store.hpp"

namespace sightglass::care {

// What else happens in the transaction that removes the row. An error of either keeps the photo and is returned.
struct DeletionSteps {
  std::function<core::Result<void>(database::Session&)> first{};  // before the row is removed
  std::function<core::Result<void>(database::Session&)> also{};   // before the commit: the audit entry
  // This process's run, by which others know whose the journal is; null where nobody else is.
  database::CurrentRun* run = nullptr;
};

// Files go after the commit; a crash in between is finished by ingest::settle from a journal. Other photos with the
// same bytes keep theirs. Blocks. Errors: not_found when the row is gone already; whatever the steps return.
core::Result<void> delete_photo(storage::BlobStore& blobs, database::Database& database, const core::Photo& photo,
                                const DeletionSteps& steps = {});

}  // namespace sightglass::care
