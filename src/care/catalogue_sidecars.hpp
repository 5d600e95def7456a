// Jobs, assets and locations as files under catalogue/, from which `rebuild` makes their rows again.
#pragma once

#include "core/records.hpp"
#include "core/result.hpp"
#include "storage/blob_store.hpp"

namespace sightglass::care {

// Called after the commit that made or changed the row. Durable on return. Block. Thread-safe.
core::Result<void> write_job_sidecar(storage::BlobStore& blobs, const core::Job& job);
core::Result<void> write_asset_sidecar(storage::BlobStore& blobs, const core::Asset& asset);
core::Result<void> write_location_sidecar(storage::BlobStore& blobs, const core::Location& location);

// Called after the commit that removed the row. Removing what is not there is no error.
core::Result<void> remove_job_sidecar(storage::BlobStore& blobs, core::JobId id);
core::Result<void> remove_asset_sidecar(storage::BlobStore& blobs, core::AssetId id);
core::Result<void> remove_location_sidecar(storage::BlobStore& blobs, core::LocationId id);

}  // namespace sightglass::care
