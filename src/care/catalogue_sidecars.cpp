#include "care/catalogue_sidecars.hpp"

#include "database/catalogue.hpp"
#include "filing/catalogue_json.hpp"
#include "filing/layout.hpp"
#include "filing/sidecar_turn.hpp"

namespace sightglass::care {
namespace {

constexpr auto durable = storage::BlobStore::Durability::durable;

template <typename FindRow>
core::Result<void> refresh(storage::BlobStore& blobs, const std::string& key, FindRow&& find_row) {
  const auto read_row = [&]() -> core::Result<filing::RowText> {
    SG_ASSIGN(const auto row, find_row());
    return row ? filing::RowText(filing::to_json(*row)) : std::nullopt;
  };
  return filing::settle_on_row(key, read_row, [&](const filing::RowText& text) {
    return text ? blobs.put(key, *text, durable) : blobs.remove(key);
  });
}

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

core::Result<void> refresh_job_sidecar(storage::BlobStore& blobs, database::Database& database, core::JobId id) {
  return refresh(blobs, filing::job_key(id), [&] {
    return database.read([&](database::Session& session) { return database::jobs::find(session, id); });
  });
}
core::Result<void> refresh_asset_sidecar(storage::BlobStore& blobs, database::Database& database, core::AssetId id) {
  return refresh(blobs, filing::asset_key(id), [&] {
    return database.read([&](database::Session& session) { return database::assets::find(session, id); });
  });
}
core::Result<void> refresh_location_sidecar(storage::BlobStore& blobs, database::Database& database,
                                            core::LocationId id) {
  return refresh(blobs, filing::location_key(id), [&] {
    return database.read([&](database::Session& session) { return database::locations::find(session, id); });
  });
}

}  // namespace sightglass::care
