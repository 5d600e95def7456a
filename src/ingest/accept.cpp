#include "ingest/accept.hpp"

#include <fmt/format.h>

#include <utility>

#include "database/photo_copies.hpp"
#include "database/photos.hpp"
#include "filing/deletion_journal.hpp"
#include "filing/derived_images.hpp"
#include "filing/layout.hpp"
#include "filing/sidecar.hpp"
#include "filing/sidecar_files.hpp"
#include "filing/turned_images.hpp"
#include "ingest/filing_run.hpp"
#include "ingest/named_temperature.hpp"
#include "ingest/sender_text.hpp"
#include "telemetry/log.hpp"

namespace sightglass::ingest {
namespace {

// Bounds of the last resort; http/ has its own, with better messages, for what people type.
constexpr std::size_t longest_name = 1024;
constexpr std::size_t longest_description = 64 << 10;
constexpr std::size_t longest_damage = 2000;
// For others with the same picture, each of whom has it decoded: many of them may be waiting.
constexpr std::chrono::minutes turn_patience{2};
// Each is overtaken only by somebody who made the images anew in the seconds that decoding takes.
constexpr int most_turn_attempts = 5;

core::Result<void> check(const storage::IncomingBlob& incoming, const Submission& submission,
                         const imaging::Limits& limits) {
  if (submission.kind == core::PhotoKind::job && !submission.job_id) {
    return core::fail(core::invalid_input("job_id", "A job photo needs a job."));
  }
  if (incoming.bytes() == 0) {
    return core::fail(core::Error{
        .code = core::ErrorCode::corrupt_image, .message = "The file is empty; nothing was kept.", .field = "image"});
  }
  if (incoming.bytes() > limits.max_bytes) {
    return core::fail(
        core::Error{.code = core::ErrorCode::too_large,
                    .message = fmt::format("The file has {} bytes; at most {} are taken. Nothing was kept.",
                                           incoming.bytes(), limits.max_bytes),
                    .field = "image"});
  }
  return {};
}

void set_sender_fields(core::Photo& photo, const Submission& submission) {
  photo.kind = submission.kind;
  photo.source = submission.source;
  photo.original_filename = clean_text(submission.original_filename, longest_name);
  photo.description = submission.description.substr(0, longest_description);
  photo.tags = submission.tags;
  photo.job_id = submission.job_id;
  photo.asset_id = submission.asset_id;
  photo.location_id = submission.location_id;
  photo.uploaded_by = submission.uploaded_by;
}

// Satellites are right whatever the camera's clock shows.
core::Instant corrected(const core::CaptureMetadata& metadata, std::chrono::seconds offset) {
  return metadata.taken_source == core::TakenSource::gps ? *metadata.taken_at : *metadata.taken_at + offset;
}

void set_picture_fields(core::Photo& photo, const imaging::DerivedImages& images, const Submission& submission) {
  photo.metadata = images.metadata;
  if (!images.metadata.taken_at) photo.metadata.taken_source = core::TakenSource::upload;
  photo.taken_at = images.metadata.taken_at ? corrected(images.metadata, submission.clock_offset) : photo.uploaded_at;
  if (!photo.metadata.position) photo.metadata.position = submission.position;
  auto& temperature = photo.metadata.trap.temperature;
  if (!temperature) temperature = named_temperature(submission.original_filename);
  photo.media_type = images.media_type;
  photo.size = images.size;
  photo.display_size = images.display_size;
  photo.display_bytes = static_cast<std::int64_t>(images.display_jpeg.size());
  photo.thumbnail_bytes = static_cast<std::int64_t>(images.thumbnail_jpeg.size());
  photo.thumbhash = images.thumbhash;
  photo.is_damaged = images.is_damaged;
  photo.damage = clean_text(images.damage, longest_damage);
}

core::Error left_for_the_start() {
  return core::unavailable("An earlier attempt to store this picture broke off; it is settled when the server starts.");
}

// What an earlier attempt under this id left, whose store went away before it could take back what it had begun: a
// second journal would make its files unknown. No other attempt of this process runs meanwhile, since attempts of the
// same bytes wait for each other; those of other processes have journals of their own.
core::Result<void> clear_earlier_attempt(storage::BlobStore& blobs, database::Database& database, core::PhotoId id,
                                         const filing::Run& run) {
  const std::string journal = filing::upload_journal_key(id, run);
  const auto text = blobs.read(journal);
  if (!text && text.error().code == core::ErrorCode::not_found) return {};
  if (!text) return core::fail(text.error());
  SG_TRY(database::runs::wait_for_commits(database, run));
  SG_ASSIGN(const auto row,
            database.read([&](database::Session& session) { return database::photos::find(session, id); }));
  const auto sidecar = filing::sidecar_from_json(*text);
  if (row || !sidecar || sidecar->photo.id != id) return core::fail(left_for_the_start());
  const auto& files = sidecar->photo.files;
  SG_ASSIGN(const auto owner, filing::owner_of_sidecar(blobs, filing::sidecar_key(files)));
  // Without the claim nothing that the journal names is this attempt's.
  if (owner == id) SG_TRY(filing::remove_files(blobs, id, files));
  SG_TRY(blobs.remove(journal));
  telemetry::log_info("took back what an earlier attempt had begun", {{"photo", id.to_string()}});
  return {};
}

// The lengths of images tell which belong to the row only if they were made to differ from those that the row has now.
core::Result<bool> has_images_of(database::Session& session, const core::Photo& read) {
  SG_ASSIGN(const auto row, database::photos::find(session, read.id));
  return row && row->rotation == read.rotation && row->display_bytes == read.display_bytes &&
         row->thumbnail_bytes == read.thumbnail_bytes;
}

core::Error turned_by_others() {
  return {.code = core::ErrorCode::conflict,
          .message = "The picture is being changed by somebody else again and again; look at it and try once more."};
}

core::Result<std::optional<core::Photo>> find_there(database::Database& database, const core::Sha256& content,
                                                    const Submission& submission) {
  return database.read([&](database::Session& session) {
    return database::photo_copies::find_at(session, content, destination_of(submission));
  });
}

}  // namespace

Ingest::Ingest(storage::BlobStore& blobs, database::Database& database, imaging::Decoder& decoder,
               const core::Clock& clock, Policy policy, std::function<void()> wake_workers, database::CurrentRun* run)
    : blobs_(blobs),
      database_(database),
      decoder_(decoder),
      clock_(clock),
      policy_(policy),
      wake_workers_(std::move(wake_workers)),
      run_(run) {}

// Two pictures of the same bytes go one after the other, over all nodes, and the second finds the first; so do changes
// of one photo's images.
core::Result<database::NodeLocks::Held> Ingest::turn_of(const core::Sha256& content) {
  return database_.locks().take("content/" + content.to_hex(), turn_patience);
}

core::Result<Accepted> Ingest::accept(storage::IncomingBlob& incoming, const Submission& submission) {
  SG_TRY(check(incoming, submission, policy_.limits));
  core::Photo photo;
  photo.sha256 = incoming.sha256();
  SG_ASSIGN(const auto turn, turn_of(photo.sha256));
  SG_ASSIGN(const auto run, database::run_of(run_));
  if (submission.id) SG_TRY(clear_earlier_attempt(blobs_, database_, *submission.id, run));
  if (submission.skip_duplicate) {
    SG_ASSIGN(auto there, find_there(database_, photo.sha256, submission));
    if (there) return Accepted{.photo = std::move(*there), .was_there = true};
  }
  const auto plan = filing::plan_for(submission.kind, submission.allow_damaged);
  SG_ASSIGN(const auto images, decoder_.derive(incoming.read_fd(), plan, policy_.limits));
  photo.uploaded_at = clock_.now();
  photo.id = submission.id ? *submission.id : core::PhotoId::make(photo.uploaded_at);
  photo.file_bytes = incoming.bytes();
  set_sender_fields(photo, submission);
  set_picture_fields(photo, images, submission);
  FilingRun filing({.blobs = blobs_, .database = database_, .run = run}, submission, std::move(photo));
  auto accepted = filing.run(incoming, images, policy_.keeps_originals);
  if (run && !accepted && database::runs::is_fenced(accepted.error())) run_->note_over(*run);
  if (run && filing.has_left_journal()) run_->note_left();
  if (accepted && !accepted->was_there && wake_workers_) wake_workers_();
  return accepted;
}

core::Result<core::Photo> Ingest::remake_images(core::Photo photo) {
  SG_ASSIGN(const auto turn, turn_of(photo.sha256));
  SG_ASSIGN(const auto now,
            database_.read([&](database::Session& session) { return database::photos::find(session, photo.id); }));
  if (now) photo = *now;
  if (filing::has_derived(blobs_, photo)) return photo;  // whoever had the turn before made, or turned them
  SG_ASSIGN(const auto row, filing::renew_derived(blobs_, database_, decoder_, policy_.limits, photo));
  if (!row) return core::fail(core::not_found("The photo was deleted."));
  SG_TRY(filing::refresh_sidecar(blobs_, database_, *row));
  telemetry::log_warning("lost images made again", {{"photo", photo.id.to_string()}});
  return *row;
}

// By length alone images that another process's turn left behind could be taken for those of its own.
core::Result<void> Ingest::settle_turn(core::PhotoId id, std::int32_t rotation, const filing::Run& run) {
  SG_TRY(database::runs::wait_for_commits(database_, run));
  SG_ASSIGN(const auto row,
            database_.read([&](database::Session& session) { return database::photos::find(session, id); }));
  return row && row->rotation == rotation ? filing::settle_turned(blobs_, database_, id, run)
                                          : filing::discard_turned(blobs_, id, run);
}

core::Result<core::Photo> Ingest::turn_images(const core::Photo& photo, std::int32_t rotation,
                                              const RecordTurn& record) {
  const auto id = photo.id;
  SG_ASSIGN(const auto turn, turn_of(photo.sha256));
  bool is_overtaken = false;
  const auto turn_once = [&]() -> core::Result<core::Photo> {
    // Read in turn: somebody may just have turned it.
    SG_ASSIGN(const auto row,
              database_.read([&](database::Session& session) { return database::photos::find(session, id); }));
    if (!row) return core::fail(core::not_found("The photo was deleted."));
    if (row->rotation == rotation) {
      return database_.write([&](database::Session& session) { return record(session, nullptr); });
    }
    SG_ASSIGN(const auto run, database::run_of(run_));
    SG_ASSIGN(const auto turned, filing::stage_turned(blobs_, decoder_, policy_.limits, *row, rotation, run));
    auto recorded = database_.write([&](database::Session& session) -> core::Result<core::Photo> {
      SG_TRY(database::runs::hold(session, run));
      SG_ASSIGN(const bool is_as_read, has_images_of(session, *row));
      is_overtaken = !is_as_read;
      if (is_overtaken) return core::fail(turned_by_others());
      return record(session, &turned);
    });
    if (run && !recorded && database::runs::is_fenced(recorded.error())) run_->note_over(*run);
    // The sidecar first: as long as images wait beside it, a start after a crash renews it as well.
    const auto told = recorded ? filing::refresh_sidecar(blobs_, database_, *recorded) : core::Result<void>{};
    // Whatever the commit said, the row decides; what cannot be settled now is settled at start, and until then made
    // again where it is looked at.
    const auto settled = settle_turn(id, rotation, run);
    if (!told || !settled) {
      if (run) run_->note_left();
      telemetry::log_warning("turned photo left for settling",
                             {{"photo", id.to_string()}, {"cause", (told ? settled : told).error().cause}});
    }
    return recorded;
  };
  for (int attempt = 1;; ++attempt) {
    is_overtaken = false;
    auto turned = turn_once();
    if (!is_overtaken || attempt == most_turn_attempts) return turned;
  }
}

}  // namespace sightglass::ingest
