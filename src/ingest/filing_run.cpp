#include "ingest/filing_run.hpp"

#include <utility>

#include "database/photo_copies.hpp"
#include "database/photos.hpp"
#include "filing/deletion_journal.hpp"
#include "filing/layout.hpp"
#include "filing/naming.hpp"
#include "filing/sidecar_files.hpp"
#include "queue/task_queue.hpp"
#include "storage/hashing.hpp"
#include "telemetry/log.hpp"

namespace sightglass::ingest {
namespace {

using Durability = storage::BlobStore::Durability;

// Two million pictures in one second in one folder; before that the disk is full.
constexpr std::uint64_t most_name_attempts = 1'000'000;

bool holds_bytes(storage::BlobStore& blobs, const std::string& key, std::int64_t bytes) {
  const auto info = blobs.info(key);
  return info && info->bytes == bytes;
}

}  // namespace

database::photo_copies::Destination destination_of(const Submission& submission) {
  return {.kind = submission.kind,
          .job = submission.job_id,
          .asset = submission.asset_id,
          .location = submission.location_id,
          .uploaded_by = submission.skips_only_own ? submission.uploaded_by : std::nullopt,
          .counts_trash = submission.skips_trash};
}

core::Result<Accepted> FilingRun::run(storage::IncomingBlob& incoming, const imaging::DerivedImages& images,
                                      bool keeps_original) {
  SG_TRY(find_first_copy());
  if (auto claimed = claim_name(keeps_original); !claimed) return settle_failure(std::move(claimed).error());
  if (auto stored = store(incoming, images); !stored) return settle_failure(std::move(stored).error());
  if (auto committed = commit(); !committed) return settle_failure(std::move(committed).error());
  finish();
  return Accepted{.photo = std::move(photo_)};
}

core::Result<void> FilingRun::find_first_copy() {
  SG_ASSIGN(first_copy_, database_.read([&](database::Session& session) {
    return database::photos::find_by_hash(session, photo_.sha256);
  }));
  if (first_copy_) photo_.duplicate_of = first_copy_->duplicate_of.value_or(first_copy_->id);
  written_copy_ = photo_.duplicate_of;
  return {};
}

core::Result<void> FilingRun::claim_name(bool keeps_original) {
  for (std::uint64_t attempt = 0; attempt < most_name_attempts; ++attempt) {
    SG_ASSIGN(has_claimed_, try_name(keeps_original, attempt));
    if (has_claimed_) return {};
  }
  return core::fail(core::internal_error("No free name was found for a picture."));
}

core::Result<bool> FilingRun::try_name(bool keeps_original, std::uint64_t attempt) {
  const auto& captured_at = submission_.captured_at;
  const std::string stem = captured_at ? filing::capture_stem_for(*captured_at, attempt)
                                       : filing::stem_for(photo_.uploaded_at, photo_.sha256, attempt);
  photo_.files = filing::files_for(photo_, stem, keeps_original);
  photo_.filename = stem + ".jpg";
  const std::string sidecar = filing::sidecar_key(photo_.files);
  // The display image is looked for as well: its photo may keep the sidecar elsewhere, or have lost it.
  if (blobs_.info(sidecar) || blobs_.info(photo_.files.display)) return false;
  const std::string journal = filing::upload_journal_key(photo_.id, run_);
  SG_TRY(blobs_.put(journal, sidecar_text(), Durability::durable));
  // Placing the original syncs the directory of both; without an original nothing else would.
  const auto claimed = keeps_original ? blobs_.claim(journal, sidecar) : blobs_.link(journal, sidecar);
  if (!claimed && claimed.error().code == core::ErrorCode::conflict) return false;
  SG_TRY(claimed);
  return true;
}

core::Result<void> FilingRun::store(storage::IncomingBlob& incoming, const imaging::DerivedImages& images) {
  if (!photo_.files.original.empty()) SG_TRY(store_original(incoming));
  // The same bytes under the same plan give the same images, so they need not be stored twice either; what a person
  // turned is another plan.
  const bool has_twin =
      first_copy_ && first_copy_->kind == photo_.kind && first_copy_->rotation == 0 && !photo_.is_damaged;
  const core::Photo none{};
  const core::Photo& twin = has_twin ? *first_copy_ : none;
  SG_TRY(store_display(images.display_jpeg, twin));
  return store_derived(photo_.files.thumbnail, images.thumbnail_jpeg, twin.files.thumbnail, twin.thumbnail_bytes);
}

core::Result<void> FilingRun::store_display(std::string_view bytes, const core::Photo& twin) {
  const std::string& key = photo_.files.display;
  if (!photo_.files.original.empty()) return store_derived(key, bytes, twin.files.display, twin.display_bytes);
  // All that is kept of the picture. A twin's file was synced only if it was all that was kept there, too.
  const auto size = static_cast<std::int64_t>(bytes.size());
  const bool shares = twin.files.original.empty() && !twin.files.display.empty() && twin.display_bytes == size &&
                      holds_bytes(blobs_, twin.files.display, size);
  if (shares && blobs_.link(twin.files.display, key)) return {};
  return blobs_.put(key, bytes, Durability::durable);
}

core::Result<void> FilingRun::store_original(storage::IncomingBlob& incoming) {
  if (first_copy_ && link_first_original()) return {};
  return blobs_.place(incoming, photo_.files.original);
}

// False when the first copy's file is gone or altered: then these good bytes are stored.
bool FilingRun::link_first_original() {
  const std::string& first = first_copy_->files.original;
  if (first.empty() || !holds_bytes(blobs_, first, photo_.file_bytes)) return false;
  const auto fd = blobs_.open(first);
  if (!fd) return false;
  const auto hash = storage::sha256_of_file(fd->get());
  return hash && *hash == photo_.sha256 && blobs_.link(first, photo_.files.original);
}

core::Result<void> FilingRun::store_derived(const std::string& key, std::string_view bytes, const std::string& twin,
                                            std::int64_t twin_bytes) {
  const auto size = static_cast<std::int64_t>(bytes.size());
  if (!twin.empty() && twin_bytes == size && holds_bytes(blobs_, twin, size) && blobs_.link(twin, key)) return {};
  return blobs_.put(key, bytes, Durability::rebuildable);
}

core::Result<void> FilingRun::commit() {
  return database_.write([&](database::Session& session) { return record(session); });
}

core::Result<void> FilingRun::record(database::Session& session) {
  SG_TRY(database::runs::hold(session, run_));
  if (submission_.skip_duplicate) {
    // Another process may have filed the same bytes since they were looked for.
    SG_ASSIGN(there_already_, database::photo_copies::find_at(session, photo_.sha256, destination_of(submission_)));
    if (there_already_) return core::fail(core::ErrorCode::conflict, "The same picture is already there.");
  }
  SG_ASSIGN(const auto first, database::photos::find_by_hash(session, photo_.sha256));
  photo_.duplicate_of.reset();
  if (first) photo_.duplicate_of = first->duplicate_of.value_or(first->id);
  photo_.task_id.reset();
  SG_TRY(database::photos::insert(session, photo_));
  SG_ASSIGN(photo_.task_id, queue::enqueue(session,
                                           {.kind = "process_inspection_photo",
                                            .queue = submission_.queue,
                                            .priority = submission_.priority,
                                            .photo_id = photo_.id,
                                            .request_id = submission_.request_id},
                                           photo_.uploaded_at));
  SG_TRY(database::photos::set_task(session, photo_.id, *photo_.task_id, core::ProcessingStatus::pending));
  if (submission_.also) return submission_.also(session, photo_);
  return {};
}

void FilingRun::finish() {
  // The upload is safe whatever happens here: settle and `check` know how to go on.
  if (written_copy_ != photo_.duplicate_of) {
    const auto renewed = blobs_.put(filing::sidecar_key(photo_.files), sidecar_text(), Durability::durable);
    if (!renewed) telemetry::log_warning("sidecar not renewed", {{"photo", photo_.id.to_string()}});
  }
  if (const auto removed = blobs_.remove(filing::upload_journal_key(photo_.id, run_)); !removed)
    leave(removed.error().cause);
}

// Not so when the upload could be sent again and another process has filed it first, under a name of its own.
bool FilingRun::is_of_row(const core::Photo& row) const { return row.files.display == photo_.files.display; }

core::Result<Accepted> FilingRun::settle_failure(core::Error failure) {
  if (there_already_) {
    undo();
    return Accepted{.photo = std::move(*there_already_), .was_there = true};
  }
  // A commit that reported a failure may have happened all the same; only the database knows.
  const auto is_final = database::runs::wait_for_commits(database_, run_);
  const auto row =
      database_.read([&](database::Session& session) { return database::photos::find(session, photo_.id); });
  if (!is_final || !row) {
    leave(failure.cause);
    return std::unexpected(std::move(failure));
  }
  if (*row && is_of_row(**row)) {
    finish();
    return Accepted{.photo = **row};
  }
  undo();
  if (*row) return Accepted{.photo = **row};
  return std::unexpected(std::move(failure));
}

void FilingRun::undo() {
  // Files only when the name was claimed (if only just before the failure): else they may be another photo's.
  const auto owner = filing::owner_of_sidecar(blobs_, filing::sidecar_key(photo_.files));
  const bool is_known = has_claimed_ || owner.has_value();
  const bool is_ours = has_claimed_ || (owner && *owner == photo_.id);
  const core::Result<void> removed =
      is_ours ? filing::remove_files(blobs_, photo_.id, photo_.files) : core::Result<void>{};
  if (is_known && removed && blobs_.remove(filing::upload_journal_key(photo_.id, run_))) return;
  leave("it could not be taken back");
}

void FilingRun::leave(std::string_view why) {
  has_left_journal_ = true;
  telemetry::log_warning("upload left for settling", {{"photo", photo_.id.to_string()}, {"cause", why}});
}

std::string FilingRun::sidecar_text() const {
  return filing::to_json({.photo = photo_, .uploader_name = submission_.uploader_name, .queue = submission_.queue});
}

}  // namespace sightglass::ingest
