// Deletes a photo: its row and audit entry in one transaction, then its files.
#pragma once

#include <functional>

#include "core/photo.hpp"
#include "core/result.hpp"
#include "database/database.hpp"
#include "storage/blob_store.hpp"

namespace sightglass::care {

// `also` runs in the transaction that removes the row, before the commit (the audit entry); its error keeps the
// photo. Files go after the commit; a crash in between is finished by ingest::settle from a journal. Other
// photos with the same bytes keep theirs. `first` runs in that transaction before the row is removed; its error keeps
// the photo too. Blocks.
// Errors: not_found when the row is gone already; whatever `also` and `first` return.
core::Result<void> delete_photo(storage::BlobStore& blobs, database::Database& database, const core::Photo& photo,
                                const std::function<core::Result<void>(database::Session&)>& also = {},
                                const std::function<core::Result<void>(database::Session&)>& first = {});

}  // namespace sightglass::care
