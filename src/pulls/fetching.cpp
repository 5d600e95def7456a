#include "pulls/fetching.hpp"

#include <unistd.h>

#include <array>
#include <cstddef>

#include "core/no_room.hpp"
#include "imaging/recognise.hpp"
#include "pulls/comparison.hpp"
#include "storage/hashing.hpp"
#include "storage/s3/uri_encoding.hpp"

namespace sightglass::pulls {
namespace {

using database::pull_files::File;
using database::pull_files::State;
using sources::Fetched;
using sources::Trouble;

void end_as(File& row, State state, std::string_view reason, std::string message, core::Instant now) {
  row.state = state;
  row.reason = reason;
  row.message = std::move(message);
  row.next_at.reset();
  row.changed_at = now;
}

core::Result<core::MediaType> recognise_file(int fd) {
  std::array<std::byte, 4096> start{};
  const auto got = ::pread(fd, start.data(), start.size(), 0);
  if (got < 0) return core::fail(core::internal_error("A fetched file cannot be read."));
  return imaging::recognise(std::span(start).first(static_cast<std::size_t>(got)));
}

// How many bytes of the version that the row names are in the spool, from an attempt that broke off.
std::int64_t kept_bytes(const File& row, const Spool& spool) {
  if (row.fetched_bytes <= 0 || row.validator.empty() || row.sha256) return 0;
  return std::min(row.fetched_bytes, spool.bytes(row.id));
}

// Without a time in the listing only the answer says that the file may still be written to.
std::optional<core::Instant> to_settle(const File& row, const Fetched& fetched, const core::Sha256& hash,
                                       std::chrono::seconds settle, core::Instant now) {
  if (row.modified_at || row.sha256 == hash || fetched.is_whole) return std::nullopt;
  const auto due = settled_at(fetched.modified_at, fetched.server_time, now, settle);
  if (due <= now) return std::nullopt;
  return due;
}

// What the whole file in `fd` means for its row.
core::Result<void> note_fetched(File& row, const Spool& spool, const Fetched& fetched, int fd,
                                std::chrono::seconds settle, core::Instant now) {
  if (::ftruncate(fd, fetched.bytes) != 0) return core::fail(core::internal_error("A fetched file cannot be kept."));
  SG_ASSIGN(const auto hash, storage::sha256_of_file(fd));
  const bool is_as_before = row.sha256 == hash && row.photo_id;
  const auto settled = to_settle(row, fetched, hash, settle, now);
  row.sha256 = hash;
  row.fetched_bytes = fetched.bytes;
  row.validator = fetched.validator;
  row.checked_at = now;
  if (!row.bytes) row.bytes = fetched.bytes;
  // A photo there is shows the version before: no later attempt must take these bytes for it.
  if (!is_as_before) row.photo_id.reset();
  if (is_as_before) {
    spool.remove(row.id);
    end_as(row, State::stored, "", "", now);
  } else if (settled) {
    end_as(row, State::seen, "being_written", "", now);
    row.next_at = settled;
    spool.remove(row.id);
  } else if (const auto media = recognise_file(fd); !media) {
    spool.remove(row.id);
    end_as(row, State::skipped, "not_a_picture", media.error().message, now);
  } else {
    end_as(row, State::fetched, "", "", now);
    row.filing_id = core::PhotoId::make(now);
  }
  return {};
}

}  // namespace

void note_failure(File& row, const Spool& spool, const sources::Failure& failure,
                  const sources::Gateway::Partial& partial, core::Instant now) {
  if (failure.trouble == Trouble::too_large) {
    spool.remove(row.id);
    end_as(row, State::skipped, "too_large", failure.error.message, now);
    return;
  }
  ++row.attempts;
  end_as(row, State::failed, reason_of(failure.trouble), failure.error.message, now);
  if (const auto pause = pause_after(row.attempts))
    row.next_at = now + std::max(*pause, failure.retry_after.value_or(*pause));
  // Of a file that was replaced the row still names the version before, by which an unchanged one is known.
  if (!row.sha256) {
    row.fetched_bytes = partial.bytes;
    row.validator = partial.validator;
  }
  // What nobody will go on with only fills the disk.
  if (!row.next_at || row.sha256 || row.validator.empty()) spool.remove(row.id);
}

sources::RemoteFile remote_of(const File& row) {
  return {.path = storage::s3::decode_uri(row.path),
          .address = row.address,
          .bytes = row.bytes,
          .modified_at = row.modified_at,
          .etag = row.etag};
}

std::string_view reason_of(Trouble trouble) {
  switch (trouble) {
    case Trouble::gone: return "gone";
    case Trouble::refused:
    case Trouble::address:
    case Trouble::credentials: return "refused";
    case Trouble::wrong_length: return "wrong_length";
    case Trouble::too_large: return "too_large";
    case Trouble::timeout: return "timeout";
    case Trouble::unreachable: return "unreachable";
    case Trouble::busy:
    case Trouble::server_error: return "server_error";
    default: return "other";
  }
}

Attempt attempt(sources::Gateway& gateway, const Spool& spool, const core::Clock& clock, const SourceSettings& settings,
                File row, const std::function<bool()>& should_stop) {
  const auto as_read = row.changed_at;
  Attempt result{.row = std::move(row), .as_read = as_read};
  auto& file = result.row;
  auto fd = spool.file(file.id);
  if (!fd) {
    result.own_failure = fd.error();
    return result;
  }
  const auto offset = kept_bytes(file, spool);
  auto& partial = result.partial;
  const auto fetched = gateway.fetch(remote_of(file),
                                     {.fd = fd->get(),
                                      .offset = offset,
                                      .validator = file.validator,
                                      .only_if_new = file.sha256 && file.photo_id,
                                      .most_bytes = std::int64_t{settings.max_file_mb} << 20,
                                      .should_stop = should_stop},
                                     &partial);
  const auto now = clock.now();
  if (!fetched) {
    const auto& failure = fetched.error();
    // A server that cannot go on where it was asked to is asked for the whole next time.
    if (offset > 0 && partial.bytes <= offset && failure.trouble != Trouble::unreachable) partial = {};
    if (core::is_no_room(failure.error)) {
      result.own_failure = failure.error;
    } else if (failure.concerns_source || failure.trouble == Trouble::stopped) {
      result.source_failure = failure;
    } else {
      note_failure(file, spool, failure, partial, now);
    }
    return result;
  }
  if (fetched->is_unchanged) {
    spool.remove(file.id);
    file.checked_at = now;
    end_as(file, State::stored, "", "", now);
    return result;
  }
  result.fetched_bytes = fetched->bytes - offset;
  auto noted = file;
  if (const auto outcome =
          note_fetched(noted, spool, *fetched, fd->get(), std::chrono::seconds(settings.settle_seconds), now))
    file = std::move(noted);
  else
    result.own_failure = outcome.error();
  return result;
}

}  // namespace sightglass::pulls
