#include "care/row_check.hpp"

#include <array>
#include <utility>

#include "database/photos.hpp"
#include "filing/derived_images.hpp"
#include "filing/layout.hpp"
#include "filing/sidecar.hpp"
#include "filing/sidecar_files.hpp"
#include "queue/task_queue.hpp"
#include "storage/hashing.hpp"

namespace sightglass::care {
namespace {

constexpr std::string_view restore_advice = "Restore this file from a backup, or delete the photo.";

// Of a file that the store cannot tell of for the moment nothing is said: its original is reported already.
bool is_missing_or_odd(const storage::BlobStore& blobs, const std::string& key, std::int64_t bytes) {
  const auto info = blobs.info(key);
  if (!info) return info.error().code != core::ErrorCode::unavailable;
  return info->bytes != bytes;
}

}  // namespace

core::Result<void> RowCheck::check(const core::Photo& photo) {
  SG_ASSIGN(const bool is_there, is_still_there(photo.id));
  if (!is_there) return {};
  check_original(photo);
  SG_TRY(check_derived(photo));
  check_sidecar(photo);
  return check_task(photo);
}

core::Result<bool> RowCheck::is_still_there(core::PhotoId id) {
  SG_ASSIGN(const auto row,
            database_.read([&](database::Session& session) { return database::photos::find(session, id); }));
  return row.has_value();
}

void RowCheck::report(Severity severity, const core::Photo& photo, std::string_view code, const std::string& path,
                      std::string message) {
  findings_.add({.severity = severity,
                 .code = std::string(code),
                 .path = path,
                 .id = photo.id.to_string(),
                 .message = std::move(message),
                 .advice = std::string(restore_advice)});
}

void RowCheck::check_original(const core::Photo& photo) {
  const std::string& key = photo.files.original;
  if (key.empty()) return;
  const auto info = blobs_.info(key);
  if (!info && info.error().code == core::ErrorCode::unavailable) {
    report(Severity::error, photo, "original_unreadable", key, info.error().message);
  } else if (!info) {
    report(Severity::error, photo, "original_missing", key, "The original is not there.");
  } else if (info->bytes != photo.file_bytes) {
    report(Severity::error, photo, "original_wrong_size", key,
           "The original has " + std::to_string(info->bytes) + " bytes instead of " + std::to_string(photo.file_bytes) +
               ".");
  } else if (options_.deep) {
    check_hash(photo);
  }
}

void RowCheck::check_hash(const core::Photo& photo) {
  const std::string& key = photo.files.original;
  const auto fd = blobs_.open(key);
  if (!fd) return report(Severity::error, photo, "original_unreadable", key, fd.error().message);
  const auto hash = storage::sha256_of_file(fd->get());
  if (!hash) return report(Severity::error, photo, "original_unreadable", key, hash.error().cause);
  if (*hash != photo.sha256) {
    report(Severity::error, photo, "original_altered", key, "The original's bytes are not those that were uploaded.");
  }
}

core::Result<void> RowCheck::check_derived(const core::Photo& photo) {
  std::vector<std::string> odd;
  if (is_missing_or_odd(blobs_, photo.files.display, photo.display_bytes)) odd.push_back(photo.files.display);
  if (is_missing_or_odd(blobs_, photo.files.thumbnail, photo.thumbnail_bytes)) odd.push_back(photo.files.thumbnail);
  if (odd.empty()) return {};
  auto remade = Remade::no;
  if (options_.repair && options_.decoder != nullptr) {
    SG_ASSIGN(remade, remake(photo));
  }
  if (remade == Remade::deleted_meanwhile) return {};
  for (const auto& key : odd) {
    findings_.add({.severity = Severity::warning,
                   .code = "derived_missing",
                   .path = key,
                   .id = photo.id.to_string(),
                   .message = "This derived image is not there, or not as it was made.",
                   .advice = "Run check --repair: it is made again from the original.",
                   .is_repaired = remade == Remade::yes});
  }
  return {};
}

core::Result<RowCheck::Remade> RowCheck::remake(core::Photo photo) {
  const auto renewed = filing::renew_derived(blobs_, database_, *options_.decoder, options_.limits, std::move(photo));
  if (!renewed) return Remade::no;
  const auto& row = *renewed;
  if (!row) return Remade::deleted_meanwhile;
  // The sizes changed with the images; the sidecar is compared with the row as it now is.
  return filing::refresh_sidecar(blobs_, database_, *row) ? Remade::yes : Remade::no;
}

void RowCheck::check_sidecar(const core::Photo& photo) {
  const std::string key = filing::sidecar_key(photo.files);
  // Read anew: the row may just have been given new derived images, or been edited beside this check.
  const auto row =
      database_.read([&](database::Session& session) { return database::photos::find(session, photo.id); });
  if (!row || !*row) return;
  const auto text = blobs_.read(key);
  if (text && filing::is_current(*text, **row)) return;
  // An edit writes its sidecar just after its commit.
  const auto info = blobs_.info(key);
  if (info && clock_.now() - info->modified_at < options_.grace && !options_.repair) return;
  const bool is_repaired = options_.repair && filing::refresh_sidecar(blobs_, database_, **row);
  findings_.add({.severity = text ? Severity::note : Severity::warning,
                 .code = text ? "sidecar_stale" : "sidecar_missing",
                 .path = key,
                 .id = photo.id.to_string(),
                 .message = text ? "The sidecar does not say what the database says." : "The sidecar is not there.",
                 .advice = "Run check --repair: it is written again from the database.",
                 .is_repaired = is_repaired});
}

core::Result<void> RowCheck::check_task(const core::Photo& photo) {
  const bool waits =
      photo.status == core::ProcessingStatus::pending || photo.status == core::ProcessingStatus::processing;
  if (!waits) return {};
  SG_ASSIGN(const auto task, database_.read([&](database::Session& session) -> core::Result<std::optional<core::Task>> {
    if (!photo.task_id) return std::optional<core::Task>{};
    return queue::find(session, *photo.task_id);
  }));
  if (task && !core::is_final(task->state)) return {};
  // The task may have ended since the photo was read.
  SG_ASSIGN(const auto now,
            database_.read([&](database::Session& session) { return database::photos::find(session, photo.id); }));
  if (!now || now->status != photo.status || now->task_id != photo.task_id) return {};
  findings_.add({.severity = Severity::warning,
                 .code = "analysis_stuck",
                 .path = photo.files.display,
                 .id = photo.id.to_string(),
                 .message = "The photo waits for an analysis that no task will do.",
                 .advice = "Ask for its analysis again (reprocess)."});
  return {};
}

}  // namespace sightglass::care
