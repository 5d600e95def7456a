#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

#include "filing/layout.hpp"
#include "ingest/resumable_uploads.hpp"
#include "telemetry/log.hpp"

namespace sightglass::ingest {

using Turn = ResumableUploads::Turn;

namespace {

// Activity is written down no more often: expiry counts in hours.
constexpr std::chrono::minutes activity_grain{1};

}  // namespace

Turn::Turn(ResumableUploads& owner, database::uploads::Row row, database::NodeLocks::Held lock)
    : lock_(std::move(lock)), owner_(&owner), row_(std::move(row)) {}

Turn::Turn(Turn&& other) noexcept
    : lock_(std::move(other.lock_)),
      owner_(std::exchange(other.owner_, nullptr)),
      row_(std::move(other.row_)),
      offset_(other.offset_),
      blob_(std::move(other.blob_)) {}

Turn::~Turn() {
  if (owner_ == nullptr) return;
  if (const auto kept = acknowledge(); !kept)
    telemetry::log_warning("bytes of an upload not kept",
                           {{"upload", upload().id.to_string()}, {"cause", kept.error().cause}});
  if (blob_) blob_->rest();
  const std::lock_guard lock(owner_->mutex_);
  owner_->acknowledged_.erase(upload().id);
  if (blob_) owner_->resting_[upload().id] = std::move(blob_);
}

// What the file has counts, also when that is less than was acknowledged: somebody else must have shortened it.
core::Result<void> Turn::begin() {
  if (upload().state != UploadState::receiving) {
    set_offset(upload().length);
    return {};
  }
  {
    const std::lock_guard lock(owner_->mutex_);
    if (auto resting = owner_->resting_.extract(upload().id)) blob_ = std::move(resting.mapped());
  }
  const auto woken = blob_ ? blob_->wake() : core::fail(core::not_found("not had yet"));
  if (!woken && woken.error().code != core::ErrorCode::not_found) return woken;
  if (!woken) {
    SG_ASSIGN(blob_, owner_->blobs_.resume(filing::resumable_bytes_key(upload().id)));
  }
  if (blob_->bytes() > upload().length) SG_TRY(blob_->cut(upload().length));
  SG_TRY(blob_->sync());
  set_offset(blob_->bytes());
  return {};
}

void Turn::set_offset(std::int64_t offset) {
  offset_ = offset;
  const std::lock_guard lock(owner_->mutex_);
  owner_->acknowledged_[upload().id] = offset;
}

core::Result<void> Turn::append(std::string_view bytes) {
  const std::int64_t room = blob_ ? upload().length - blob_->bytes() : 0;
  if (static_cast<std::int64_t>(bytes.size()) > room) {
    SG_TRY(take_back());
    return core::fail(core::ErrorCode::too_large,
                      fmt::format("the upload was announced with {} bytes, and more came; none of this request's were "
                                  "kept",
                                  upload().length));
  }
  if (bytes.empty()) return {};
  SG_TRY(blob_->catch_up());
  return blob_->write(std::as_bytes(std::span(bytes)));
}

core::Result<void> Turn::acknowledge() {
  if (!blob_ || blob_->bytes() == offset_) return {};
  if (!lock_.is_ours())
    return core::fail(core::unavailable("The upload may be going on elsewhere; ask for its offset again.",
                                        "the lock on the upload was lost with its connection"));
  SG_TRY(blob_->sync());
  set_offset(blob_->bytes());
  note_activity();
  return {};
}

void Turn::note_activity() {
  const auto now = owner_->clock_.now();
  const bool is_first = row_.active_at == upload().created_at;
  if (!is_first && now - row_.active_at < activity_grain) return;
  // Never the same as the creation, which says that nothing came.
  const auto at = std::max(now, upload().created_at + std::chrono::microseconds(1));
  const auto noted = owner_->database_.write_guarded(
      [&](database::Session& session) { return database::uploads::touch(session, upload().id, at); });
  if (noted) {
    row_.active_at = at;
  } else {
    telemetry::log_warning("activity of an upload not noted",
                           {{"upload", upload().id.to_string()}, {"cause", noted.error().cause}});
  }
}

core::Result<void> Turn::take_back() {
  if (!blob_ || blob_->bytes() == offset_) return {};
  return blob_->cut(offset_);
}

core::Result<std::int64_t> Turn::begin_filing() {
  return owner_->database_.write_guarded(
      [&](database::Session& session) { return database::uploads::begin_filing(session, upload().id); });
}

core::Result<void> Turn::record_stored(database::Session& session, std::int64_t attempt) const {
  SG_ASSIGN(const bool is_ours, database::uploads::finish(session, stored_as(upload().id), attempt));
  if (is_ours) return {};
  return core::fail(core::unavailable("The upload is being taken in elsewhere; ask for its state in a moment.",
                                      "the lock on the upload was lost with its connection"));
}

ResumableUpload Turn::stored_as(core::PhotoId photo) const {
  ResumableUpload upload = row_.upload;
  upload.state = UploadState::stored;
  upload.photo = photo;
  upload.finished_at = owner_->clock_.now();
  return upload;
}

void Turn::finish_stored(core::PhotoId photo) { finish(stored_as(photo)); }

void Turn::finish_refused(core::Error problem) {
  ResumableUpload upload = row_.upload;
  upload.state = UploadState::refused;
  problem.cause.clear();
  upload.problem = std::move(problem);
  finish(std::move(upload));
}

void Turn::finish(ResumableUpload upload) {
  upload.metadata.clear();
  upload.finished_at = owner_->clock_.now();
  const auto written = owner_->database_.write_guarded(
      [&](database::Session& session) { return database::uploads::finish(session, upload); });
  // While the row says "receiving" the bytes are all that is left to try again with: filing again ends the same.
  const auto removed = written ? owner_->blobs_.remove(filing::resumable_bytes_key(upload.id))
                               : core::Result<void>(std::unexpected(written.error()));
  if (!removed)
    telemetry::log_warning("finished upload not put away",
                           {{"upload", upload.id.to_string()}, {"cause", removed.error().cause}});
  blob_.reset();
  row_.upload = std::move(upload);
  set_offset(row_.upload.length);
}

core::Result<void> Turn::remove() {
  const auto id = upload().id;
  // The row last: without it nobody would know whose the bytes are.
  SG_TRY(owner_->blobs_.remove(filing::resumable_bytes_key(id)));
  SG_TRY(owner_->database_.write_guarded(
      [&](database::Session& session) { return database::uploads::remove(session, id); }));
  blob_.reset();
  const std::lock_guard lock(owner_->mutex_);
  owner_->acknowledged_.erase(id);
  owner_->resting_.erase(id);
  owner_ = nullptr;
  return {};
}

}  // namespace sightglass::ingest
