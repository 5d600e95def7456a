#include "ingest/sidecar.hpp"

#include "filing/sidecar_files.hpp"

namespace sightglass::ingest {

core::Result<void> refresh_sidecar(storage::BlobStore& blobs, const core::Photo& photo) {
  return filing::renew_sidecar(blobs, photo);
}

}  // namespace sightglass::ingest
