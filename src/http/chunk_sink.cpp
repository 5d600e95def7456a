#include "http/chunk_sink.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <span>
#include <utility>

#include "ingest/upload_errors.hpp"

namespace sightglass::http {

ChunkSink::ChunkSink(storage::BlobStore& blobs, ingest::ResumableUploads::Turn turn,
                     ingest::Admission::Reservation room, std::optional<ChunkChecksum> checksum, Complete complete)
    : blobs_(blobs), room_(std::move(room)), turn_(std::move(turn)), complete_(std::move(complete)) {
  if (checksum) {
    const auto kind = checksum->kind;
    staged_.emplace(Staged{.checksum = std::move(*checksum), .digest = storage::Digest(kind)});
  }
}

core::Result<void> ChunkSink::write(std::string_view bytes) {
  SG_TRY(staged_ ? stage(bytes) : turn_.append(bytes));
  room_.note_written(static_cast<std::int64_t>(bytes.size()));
  return {};
}

core::Result<void> ChunkSink::stage(std::string_view bytes) {
  auto& staged = *staged_;
  if (!staged.blob) {
    SG_ASSIGN(staged.blob, blobs_.begin_incoming());
  }
  const auto after = turn_.offset() + staged.blob->bytes() + static_cast<std::int64_t>(bytes.size());
  if (after > turn_.upload().length) {
    return core::fail(core::ErrorCode::too_large, "more bytes came than the upload was announced with; none were kept");
  }
  staged.digest.update(bytes);
  return staged.blob->write(std::as_bytes(std::span(bytes)));
}

// Whatever breaks this off leaves right bytes, so that the upload may go on behind them.
core::Result<void> ChunkSink::take_staged() {
  if (staged_->digest.value() != staged_->checksum.digest) {
    return core::fail(ingest::checksum_differs(
        "the bytes that arrived do not have the checksum that was sent with them; they were not kept. Send them "
        "again."));
  }
  if (!staged_->blob) return {};
  std::array<char, 64 << 10> buffer{};
  for (off_t offset = 0; offset < staged_->blob->bytes();) {
    const ssize_t got = ::pread(staged_->blob->read_fd(), buffer.data(), buffer.size(), offset);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return core::fail(core::internal_error("a piece could not be read back", std::strerror(errno)));
    SG_TRY(turn_.append({buffer.data(), static_cast<std::size_t>(got)}));
    offset += got;
  }
  return {};
}

core::Result<Response> ChunkSink::finish() {
  if (staged_) SG_TRY(take_staged());
  SG_TRY(turn_.acknowledge());
  return complete_(turn_);
}

}  // namespace sightglass::http
