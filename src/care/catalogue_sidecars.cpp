#include "care/catalogue_sidecars.hpp"

#include "filing/catalogue_json.hpp"
#include "filing/layout.hpp"

namespace sightglass::care {
namespace {

constexpr auto durable = storage::BlobStore::Durability::durable;

}  // namespace

core::Result<void> write_job_sidecar(storage::BlobStore& blobs, const core::Job& job) {
  return blobs.put(filing::job_key(job.id), filing::to_json(job), durable);
}
core::Result<void> write_asset_sidecar(storage::BlobStore& blobs, const core::Asset& asset) {
  return blobs.put(filing::asset_key(asset.id), filing::to_json(asset), durable);
}
core::Result<void> write_location_sidecar(storage::BlobStore& blobs, const core::Location& location) {
  return blobs.put(filing::location_key(location.id), filing::to_json(location), durable);
}

core::Result<void> remove_job_sidecar(storage::BlobStore& blobs, core::JobId id) {
  return blobs.remove(filing::job_key(id));
}
core::Result<void> remove_asset_sidecar(storage::BlobStore& blobs, core::AssetId id) {
  return blobs.remove(filing::asset_key(id));
}
core::Result<void> remove_location_sidecar(storage::BlobStore& blobs, core::LocationId id) {
  return blobs.remove(filing::location_key(id));
}

}  // namespace sightglass::care
