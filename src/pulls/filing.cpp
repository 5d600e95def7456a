#include "pulls/filing.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/no_room.hpp"
#include "database/catalogue.hpp"
#include "database/people.hpp"
#include "database/photos.hpp"
#include "pulls/comparison.hpp"
#include "storage/hashing.hpp"

namespace sightglass::pulls {
namespace {

using database::pull_files::File;
using database::pull_files::State;

constexpr std::size_t piece_bytes = 256 << 10;

core::Result<void> copy(int from, storage::IncomingBlob& to, ingest::Admission::Reservation& room) {
  std::vector<std::byte> piece(piece_bytes);
  off_t offset = 0;
  while (true) {
    const auto got = ::pread(from, piece.data(), piece.size(), offset);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return core::fail(core::internal_error("A fetched file cannot be read.", std::strerror(errno)));
    if (got == 0) return {};
    SG_TRY(to.write(std::span(piece).first(static_cast<std::size_t>(got))));
    room.note_written(got);
    offset += got;
  }
}

// The picture's own fault, whatever is tried again.
bool is_of_the_picture(const core::Error& error) {
  switch (error.code) {
    case core::ErrorCode::invalid_input:
    case core::ErrorCode::unsupported_format:
    case core::ErrorCode::corrupt_image:
    case core::ErrorCode::too_large: return true;
    default: return false;
  }
}

void mark_stored(File& row, core::PhotoId photo, core::Instant now) {
  row.state = State::stored;
  row.reason.clear();
  row.message.clear();
  row.next_at.reset();
  row.attempts = 0;
  row.photo_id = photo;
  row.filing_id.reset();
  row.changed_at = now;
}

// `row` is stored; `as_read`: its changed_at before. False: it was changed meanwhile.
core::Result<bool> note_stored(database::Session& session, const File& row, core::Instant as_read) {
  SG_ASSIGN(const bool is_kept, database::pull_files::update_if_as_read(session, row, as_read));
  if (!is_kept) return false;
  SG_TRY(database::pull_sources::note_pulled(session, row.source_id, row.name, row.changed_at));
  return true;
}

// By which a photo is told that was taken in with a clock that somebody set right meanwhile.
core::Result<bool> has_offset(database::Session& session, core::PullSourceId id, std::int64_t seconds) {
  SG_ASSIGN(const auto source, database::pull_sources::find(session, id));
  return source && source->clock_offset_seconds == seconds;
}

ingest::Submission submission_for(const PhotoFacts& facts, const File& row) {
  ingest::Submission submission{.source = core::PhotoSource::pull, .id = row.filing_id};
  submission.original_filename = row.name;
  submission.tags = facts.tags;
  submission.location_id = facts.location;
  submission.position = facts.position;
  submission.uploaded_by = facts.user;
  submission.uploader_name = facts.user_name;
  submission.queue = core::TaskQueue::batch;
  submission.clock_offset = std::chrono::seconds(facts.clock_offset_seconds);
  submission.request_id = "pull";
  return submission;
}

// Whether an earlier run took it in and did not live to hear of it.
core::Result<bool> is_there_already(const PullParts& parts, File& row) {
  SG_ASSIGN(const auto photo, parts.database.read([&](database::Session& session) {
    return database::photos::find(session, *row.filing_id);
  }));
  if (!photo) return false;
  const auto as_read = row.changed_at;
  mark_stored(row, photo->id, parts.clock.now());
  SG_TRY(parts.database.write([&](database::Session& session) { return note_stored(session, row, as_read); }));
  return true;
}

void fetch_again(File& row, core::Instant now) {
  row.state = State::seen;
  row.sha256.reset();
  row.validator.clear();
  row.fetched_bytes = 0;
  row.filing_id.reset();
  row.next_at = now;
  row.changed_at = now;
}

// A picture at fault is left out. What else kept it from being taken in may pass; it is fetched again then, so that one
// picture that no attempt survives does not stand before the others for ever.
void leave_out_or_try_again(File& row, const Spool& spool, const core::Error& error, core::Instant now) {
  spool.remove(row.id);
  row.message = error.message;
  row.filing_id.reset();
  row.next_at.reset();
  row.changed_at = now;
  if (is_of_the_picture(error)) {
    row.state = State::skipped;
    row.reason = "unreadable";
    return;
  }
  ++row.attempts;
  row.state = State::failed;
  row.reason = "other";
  if (const auto pause = pause_after(row.attempts)) row.next_at = now + *pause;
}

}  // namespace

core::Result<PhotoFacts> facts_of(database::Database& database, core::PullSourceId id, const SourceSettings& settings) {
  PhotoFacts facts{.tags = settings.tags};
  SG_TRY(database.read([&](database::Session& session) -> core::Result<void> {
    SG_ASSIGN(const auto source, database::pull_sources::find(session, id));
    if (!source) return core::fail(core::not_found("The source is not there any more."));
    facts.clock_offset_seconds = source->clock_offset_seconds;
    if (source->location_id) {
      SG_ASSIGN(const auto location, database::locations::find(session, *source->location_id));
      if (location) {
        facts.location = location->id;
        facts.position = location->position;
      }
    }
    if (source->created_by) {
      SG_ASSIGN(const auto user, database::users::find(session, *source->created_by));
      if (user) {
        facts.user = user->id;
        facts.user_name = user->name;
      }
    }
    return {};
  }));
  return facts;
}

core::Result<File> take_in(const PullParts& parts, const Spool& spool, const SourceSettings& settings, File row) {
  if (!row.filing_id || !row.sha256) {
    fetch_again(row, parts.clock.now());
    return row;
  }
  SG_ASSIGN(const bool is_there, is_there_already(parts, row));
  if (is_there) {
    spool.remove(row.id);
    return row;
  }
  if (spool.bytes(row.id) != row.fetched_bytes) {
    fetch_again(row, parts.clock.now());
    return row;
  }
  SG_ASSIGN(const auto facts, facts_of(parts.database, row.source_id, settings));
  SG_ASSIGN(const auto fd, spool.file(row.id));
  SG_ASSIGN(auto room, parts.admission.admit(row.fetched_bytes));
  SG_ASSIGN(const auto incoming, parts.blobs.begin_incoming());
  SG_TRY(copy(fd.get(), *incoming, room));
  if (incoming->sha256() != *row.sha256) {
    fetch_again(row, parts.clock.now());
    return row;
  }
  auto stored = row;
  bool was_changed = false;
  auto submission = submission_for(facts, row);
  submission.also = [&](database::Session& session, const core::Photo& photo) -> core::Result<void> {
    stored = row;
    mark_stored(stored, photo.id, parts.clock.now());
    SG_ASSIGN(const bool is_kept, note_stored(session, stored, row.changed_at));
    was_changed = !is_kept;
    if (was_changed) return core::fail(core::ErrorCode::conflict, "The file was decided on meanwhile.");
    SG_ASSIGN(const bool is_right, has_offset(session, row.source_id, facts.clock_offset_seconds));
    if (!is_right) return core::fail(core::ErrorCode::conflict, "The clock of the camera was set meanwhile.");
    return {};
  };
  const auto accepted = parts.ingest.accept(*incoming, submission);
  if (accepted) {
    spool.remove(row.id);
    return stored;
  }
  if (was_changed) return row;
  if (core::is_no_room(accepted.error())) return std::unexpected(accepted.error());
  leave_out_or_try_again(row, spool, accepted.error(), parts.clock.now());
  return row;
}

}  // namespace sightglass::pulls
