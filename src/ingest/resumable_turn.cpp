#include <fmt/format.h>

#include <span>
#include <utility>

#include "filing/layout.hpp"
#include "ingest/resumable_entry.hpp"
#include "ingest/resumable_uploads.hpp"
#include "telemetry/log.hpp"

namespace sightglass::ingest {

using Turn = ResumableUploads::Turn;
using Durability = storage::BlobStore::Durability;

Turn::Turn(Turn&& other) noexcept
    : owner_(std::exchange(other.owner_, nullptr)), entry_(std::exchange(other.entry_, nullptr)) {}

Turn::~Turn() {
  if (owner_ == nullptr) return;
  if (const auto kept = acknowledge(); !kept)
    telemetry::log_warning("bytes of an upload not kept",
                           {{"upload", entry_->upload.id.to_string()}, {"cause", kept.error().cause}});
  if (entry_->blob) entry_->blob->rest();
  const std::lock_guard lock(owner_->mutex_);
  entry_->is_taken = false;
}

const ResumableUpload& Turn::upload() const { return entry_->upload; }
std::int64_t Turn::offset() const { return entry_->offset; }
core::Instant Turn::expires_at() const { return owner_->expiry_of(*entry_); }
storage::ResumableBlob& Turn::blob() { return *entry_->blob; }

// What the file has counts, also when that is less than was acknowledged: somebody else must have shortened it.
core::Result<void> Turn::begin() {
  if (entry_->upload.state != UploadState::receiving) return {};
  if (!entry_->blob) {
    SG_ASSIGN(entry_->blob, owner_->blobs_.resume(filing::resumable_bytes_key(entry_->upload.id)));
  }
  auto& blob = *entry_->blob;
  SG_TRY(blob.wake());
  if (blob.bytes() > entry_->upload.length) SG_TRY(blob.cut(entry_->upload.length));
  SG_TRY(blob.sync());
  const std::lock_guard lock(owner_->mutex_);
  entry_->offset = blob.bytes();
  return {};
}

core::Result<void> Turn::append(std::string_view bytes) {
  const std::int64_t room = entry_->blob ? entry_->upload.length - entry_->blob->bytes() : 0;
  if (static_cast<std::int64_t>(bytes.size()) > room) {
    SG_TRY(take_back());
    return core::fail(core::ErrorCode::too_large,
                      fmt::format("the upload was announced with {} bytes, and more came; none of this request's were "
                                  "kept",
                                  entry_->upload.length));
  }
  if (bytes.empty()) return {};
  SG_TRY(entry_->blob->catch_up());
  return entry_->blob->write(std::as_bytes(std::span(bytes)));
}

core::Result<void> Turn::acknowledge() {
  if (!entry_->blob || entry_->blob->bytes() == entry_->offset) return {};
  SG_TRY(entry_->blob->sync());
  const std::lock_guard lock(owner_->mutex_);
  entry_->offset = entry_->blob->bytes();
  entry_->active_at = owner_->clock_.now();
  return {};
}

core::Result<void> Turn::take_back() {
  if (!entry_->blob || entry_->blob->bytes() == entry_->offset) return {};
  return entry_->blob->cut(entry_->offset);
}

void Turn::finish_stored(core::PhotoId photo) {
  ResumableUpload upload = entry_->upload;
  upload.state = UploadState::stored;
  upload.photo = photo;
  // That its own photo is there says the database, too; any other outcome is written down only here.
  finish(std::move(upload), photo == entry_->upload.id ? Durability::rebuildable : Durability::durable);
}

void Turn::finish_refused(core::Error problem) {
  ResumableUpload upload = entry_->upload;
  upload.state = UploadState::refused;
  problem.cause.clear();
  upload.problem = std::move(problem);
  finish(std::move(upload), Durability::durable);
}

void Turn::finish(ResumableUpload upload, Durability durability) {
  upload.metadata.clear();
  upload.finished_at = owner_->clock_.now();
  const auto id = upload.id;
  const auto written = owner_->blobs_.put(filing::resumable_record_key(id), to_json(upload), durability);
  // Without the record the bytes are all that says what is to be done after a restart: filing again ends the same.
  const auto removed =
      written ? owner_->blobs_.remove(filing::resumable_bytes_key(id)) : std::unexpected(written.error());
  if (!removed)
    telemetry::log_warning("finished upload not put away",
                           {{"upload", id.to_string()}, {"cause", removed.error().cause}});
  const std::lock_guard lock(owner_->mutex_);
  entry_->offset = upload.length;
  entry_->upload = std::move(upload);
  entry_->blob.reset();
}

core::Result<void> Turn::remove() {
  const auto id = entry_->upload.id;
  // The record last: without its bytes an upload is removed at the next start, without a record it would be unknown.
  SG_TRY(owner_->blobs_.remove(filing::resumable_bytes_key(id)));
  SG_TRY(owner_->blobs_.remove(filing::resumable_record_key(id)));
  const std::lock_guard lock(owner_->mutex_);
  owner_->entries_.erase(id);
  owner_ = nullptr;
  return {};
}

}  // namespace sightglass::ingest
