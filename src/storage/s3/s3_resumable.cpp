#include "storage/s3/s3_resumable.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "storage/s3/s3_keys.hpp"

namespace sightglass::storage::s3 {

core::Result<std::unique_ptr<S3Resumable>> S3Resumable::open(const S3Client& client, const Spool& spool,
                                                             std::string_view key) {
  const auto named = client.put({.key = key, .sha256 = sha256_of(""), .only_if_absent = true});
  if (!named && named.error().code != core::ErrorCode::conflict) return core::fail(named.error());
  std::unique_ptr<S3Resumable> blob(new S3Resumable(client, spool.fresh_name(), key));
  SG_TRY(blob->wake());
  return blob;
}

S3Resumable::~S3Resumable() {
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

core::Result<void> S3Resumable::wake() {
  if (file_.writer) return {};
  SG_ASSIGN(const auto pieces, find_pieces(client_, key_));
  // Behind a gap lies what came to nothing; a later piece must not be taken for the one that follows it.
  for (const auto offset : pieces.loose) SG_TRY(client_.remove(piece_key(key_, offset)));
  SG_ASSIGN(file_, Spool::open_named(path_, true));
  struct stat status = {};
  ::fstat(file_.writer.get(), &status);
  // What was written here and not stored is not there: another process may have gone on from what was.
  held_ = std::min({held_, stored_, pieces.bytes(), static_cast<std::int64_t>(status.st_size)});
  stored_ = pieces.bytes();
  bytes_ = stored_;
  return {};
}

// Pieces that others stored, or this process before it was started anew.
core::Result<void> S3Resumable::fetch() {
  if (held_ >= bytes_) return {};
  SG_ASSIGN(const auto pieces, find_pieces(client_, key_));
  if (pieces.bytes() < bytes_) return core::fail(core::unavailable(key_ + " became shorter while it was read."));
  SG_TRY(read_pieces(client_, key_, pieces, held_, [this](std::int64_t offset, std::string_view bytes) {
    return write_all(file_.writer.get(), offset, std::as_bytes(std::span(bytes)));
  }));
  held_ = bytes_;
  return {};
}

core::Result<void> S3Resumable::catch_up() {
  SG_TRY(fetch());
  // Hashing has no way back.
  if (hashed_ > std::min(held_, bytes_)) {
    hasher_ = Sha256Hasher();
    hashed_ = 0;
  }
  SG_TRY(read_all(file_.reader.get(), hashed_, bytes_ - hashed_,
                  [this](std::span<const std::byte> bytes) { hasher_.update(bytes); }));
  hashed_ = bytes_;
  return {};
}

core::Result<void> S3Resumable::write(std::span<const std::byte> bytes) {
  if (hashed_ != bytes_ || held_ != bytes_) SG_TRY(catch_up());
  SG_TRY(write_all(file_.writer.get(), bytes_, bytes));
  hasher_.update(bytes);
  bytes_ += static_cast<std::int64_t>(bytes.size());
  hashed_ = bytes_;
  held_ = bytes_;
  return {};
}

core::Result<void> S3Resumable::put_piece(std::int64_t offset, std::int64_t bytes, bool only_if_absent) {
  SG_ASSIGN(const auto hash, sha256_of_range(file_.reader.get(), offset, bytes));
  return client_.put({.key = piece_key(key_, offset),
                      .body = net::FileRange{.fd = file_.reader.get(), .offset = offset, .length = bytes},
                      .bytes = bytes,
                      .sha256 = hash,
                      .only_if_absent = only_if_absent});
}

core::Result<void> S3Resumable::sync() {
  if (bytes_ == stored_) return {};
  const auto put = put_piece(stored_, bytes_ - stored_, true);
  if (!put && put.error().code == core::ErrorCode::conflict)
    return core::fail(core::unavailable("The upload went on elsewhere; ask how far it is.", put.error().message));
  SG_TRY(put);
  stored_ = bytes_;
  return {};
}

// From the end on, so that what is left is whole after each step.
core::Result<void> S3Resumable::cut_pieces(std::int64_t bytes) {
  SG_TRY(catch_up());
  SG_ASSIGN(const auto pieces, find_pieces(client_, key_));
  for (auto piece = pieces.joined.rbegin(); piece != pieces.joined.rend(); ++piece) {
    if (piece->offset + piece->bytes <= bytes) break;
    if (piece->offset >= bytes) {
      SG_TRY(client_.remove(piece_key(key_, piece->offset)));
    } else {
      SG_TRY(put_piece(piece->offset, bytes - piece->offset, false));
    }
    stored_ = std::max(bytes, piece->offset);
  }
  return {};
}

core::Result<void> S3Resumable::cut(std::int64_t bytes) {
  if (bytes < stored_) SG_TRY(cut_pieces(bytes));
  SG_TRY(shorten(file_.writer.get(), std::min(bytes, held_)));
  bytes_ = bytes;
  held_ = std::min(held_, bytes);
  return catch_up();
}

}  // namespace sightglass::storage::s3
