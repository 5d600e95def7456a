// What a server does about uploads when it starts.
#include <algorithm>
#include <utility>

#include "database/photos.hpp"
#include "filing/layout.hpp"
#include "ingest/resumable_uploads.hpp"
#include "telemetry/log.hpp"

namespace sightglass::ingest {
namespace {

void log_unsettled(const std::string& what, const core::Error& why) {
  telemetry::log_error("upload cannot be settled", {{"upload", what}, {"message", why.message}, {"cause", why.cause}});
}

}  // namespace

core::Result<void> ResumableUploads::settle() {
  std::vector<std::string> old_records;
  std::vector<core::PhotoId> with_bytes;
  SG_TRY(blobs_.list(filing::resumable_prefix, [&](std::string_view key, const storage::BlobInfo&) {
    if (filing::resumable_of_record(key)) old_records.emplace_back(key);
    if (const auto id = filing::resumable_of_bytes(key)) with_bytes.push_back(*id);
    return true;
  }));
  for (const auto& record : old_records)
    if (const auto settled = take_down_old_record(record); !settled) log_unsettled(record, settled.error());
  SG_ASSIGN(const auto open, database_.read(database::uploads::open));
  for (const auto& upload : open)
    if (const auto settled = settle_open(upload); !settled) log_unsettled(upload.id.to_string(), settled.error());
  for (const auto id : with_bytes)
    if (const auto removed = remove_stray(id); !removed) log_unsettled(id.to_string(), removed.error());
  remove_expired();
  return {};
}

core::Result<void> ResumableUploads::take_down_old_record(const std::string& record) {
  SG_ASSIGN(const std::string text, blobs_.read(record));
  SG_ASSIGN(const auto upload, resumable_upload_from_json(text));
  if (filing::resumable_record_key(upload.id) != record)
    return core::fail(core::invalid_input("id", "the record is another upload's"));
  const auto bytes = blobs_.info(filing::resumable_bytes_key(upload.id));
  if (!bytes && bytes.error().code != core::ErrorCode::not_found) return core::fail(bytes.error());
  SG_TRY(database_.write_guarded([&](database::Session& session) -> core::Result<void> {
    SG_ASSIGN(const auto there, database::uploads::find(session, upload.id));
    if (there) return {};
    SG_TRY(database::uploads::insert(session, upload));
    if (!bytes || bytes->bytes == 0) return {};
    return database::uploads::touch(session, upload.id, std::max(upload.created_at, bytes->modified_at));
  }));
  return blobs_.remove(record);
}

core::Result<void> ResumableUploads::settle_open(const ResumableUpload& upload) {
  // Taking the turn makes durable what the file has.
  SG_ASSIGN(auto turn, take_any(upload.id));
  if (!turn || turn->upload().state != UploadState::receiving) return {};
  SG_ASSIGN(const auto photo,
            database_.read([&](database::Session& session) { return database::photos::find(session, upload.id); }));
  if (photo) turn->finish_stored(upload.id);
  return {};
}

// The row is there before the first byte and goes after the last: bytes without one, or with one that ended, are what a
// crash left.
core::Result<void> ResumableUploads::remove_stray(core::PhotoId id) {
  SG_ASSIGN(const auto row,
            database_.read([&](database::Session& session) { return database::uploads::find(session, id); }));
  if (row && row->upload.state == UploadState::receiving) return {};
  return blobs_.remove(filing::resumable_bytes_key(id));
}

}  // namespace sightglass::ingest
