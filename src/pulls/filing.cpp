#include "pulls/filing.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "database/catalogue.hpp"
#include "database/people.hpp"
#include "database/photos.hpp"
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

core::Result<void> note_stored(database::Session& session, const File& row, core::Instant now) {
  SG_TRY(database::pull_files::update(session, row));
  return database::pull_sources::note_pulled(session, row.source_id, row.name, now);
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
  mark_stored(row, photo->id, parts.clock.now());
  SG_TRY(parts.database.write([&](database::Session& session) { return note_stored(session, row, row.changed_at); }));
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

}  // namespace

core::Result<PhotoFacts> facts_of(database::Database& database, const database::pull_sources::Source& source,
                                  const SourceSettings& settings) {
  PhotoFacts facts{.tags = settings.tags, .clock_offset_seconds = source.clock_offset_seconds};
  SG_TRY(database.read([&](database::Session& session) -> core::Result<void> {
    if (source.location_id) {
      SG_ASSIGN(const auto location, database::locations::find(session, *source.location_id));
      if (location) {
        facts.location = location->id;
        facts.position = location->position;
      }
    }
    if (source.created_by) {
      SG_ASSIGN(const auto user, database::users::find(session, *source.created_by));
      if (user) {
        facts.user = user->id;
        facts.user_name = user->name;
      }
    }
    return {};
  }));
  return facts;
}

core::Result<File> take_in(const PullParts& parts, const Spool& spool, const PhotoFacts& facts, File row) {
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
  SG_ASSIGN(const auto fd, spool.file(row.id));
  SG_ASSIGN(auto room, parts.admission.admit(row.fetched_bytes));
  SG_ASSIGN(const auto incoming, parts.blobs.begin_incoming());
  SG_TRY(copy(fd.get(), *incoming, room));
  if (incoming->sha256() != *row.sha256) {
    fetch_again(row, parts.clock.now());
    return row;
  }
  auto stored = row;
  auto submission = submission_for(facts, row);
  submission.also = [&](database::Session& session, const core::Photo& photo) -> core::Result<void> {
    stored = row;
    mark_stored(stored, photo.id, parts.clock.now());
    return note_stored(session, stored, stored.changed_at);
  };
  const auto accepted = parts.ingest.accept(*incoming, submission);
  if (accepted) {
    spool.remove(row.id);
    return stored;
  }
  if (!is_of_the_picture(accepted.error())) return std::unexpected(accepted.error());
  spool.remove(row.id);
  row.state = State::skipped;
  row.reason = "unreadable";
  row.message = accepted.error().message;
  row.filing_id.reset();
  row.changed_at = parts.clock.now();
  return row;
}

}  // namespace sightglass::pulls
