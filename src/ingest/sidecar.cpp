#include "ingest/sidecar.hpp"

#include "filing/sidecar_files.hpp"

namespace sightglass::ingest {

core::Result<void> refresh_sidecar(storage::BlobStore& blobs, database::Database& database, const core::Photo& photo) {
  return filing::refresh_sidecar(blobs, database, photo);
}

}  // namespace sightglass::ingest
