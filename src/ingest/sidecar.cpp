#include "ingest/sidecar.hpp"

#include "filing/layout.hpp"
#include "filing/sidecar.hpp"

namespace sightglass::ingest {

core::Result<void> refresh_sidecar(storage::BlobStore& blobs, const core::Photo& photo) {
  const std::string key = filing::sidecar_key(photo.files);
  filing::Sidecar sidecar{.photo = photo};
  // One that cannot be read is replaced all the same: the row knows better.
  if (const auto text = blobs.read(key)) {
    if (const auto old = filing::sidecar_from_json(*text)) sidecar.uploader_name = old->uploader_name;
  }
  return blobs.put(key, filing::to_json(sidecar), storage::BlobStore::Durability::durable);
}

}  // namespace sightglass::ingest
