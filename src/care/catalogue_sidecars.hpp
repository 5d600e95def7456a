// Jobs, assets and locations as files under catalogue/, from which `rebuild` makes their rows again.
#pragma once

#include "core/records.hpp"
#include "core/result.hpp"
#include "database/database.hpp"
#include "storage/blob_store.hpp"

namespace sightglass::care {

// Writes what is given. Durable on return. Block. Thread-safe for different records.
core::Result<void> write_job_sidecar(storage::BlobStore& blobs, const core::Job& job);
core::Result<void> write_asset_sidecar(storage::BlobStore& blobs, const core::Asset& asset);
core::Result<void> write_location_sidecar(storage::BlobStore& blobs, const core::Location& location);

// Called after each commit that made, changed or removed the row: the row is read again, and its file written durably,
// or removed when there is no row. Calls for one record go one after the other, so that the last leaves the truth.
// Block. Thread-safe.
core::Result<void> refresh_job_sidecar(storage::BlobStore& blobs, database::Database& database, core::JobId id);
core::Result<void> refresh_asset_sidecar(storage::BlobStore& blobs, database::Database& database, core::AssetId id);
core::Result<void> refresh_location_sidecar(storage::BlobStore& blobs, database::Database& database,
                                            core::LocationId id);

}  // namespace sightglass::care
