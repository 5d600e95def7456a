// A blob that grows from call to call and from process to process, as pieces in the bucket.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "storage/blob_store.hpp"
#include "storage/hashing.hpp"
#include "storage/s3/s3_client.hpp"
#include "storage/s3/s3_pieces.hpp"
#include "storage/s3/spool.hpp"

namespace sightglass::storage::s3 {

// The pieces in the bucket are the only record of how far it came. A file in the spool holds what this process wrote or
// read of it, from the beginning on, so that nothing is asked for twice; it stays, closed, between rest() and wake().
class S3Resumable final : public ResumableBlob {
 public:
  // Awake. Makes an empty one when there is none.
  static core::Result<std::unique_ptr<S3Resumable>> open(const S3Client& client, const Spool& spool,
                                                         std::string_view key);
  ~S3Resumable() override;
  S3Resumable(const S3Resumable&) = delete;
  S3Resumable& operator=(const S3Resumable&) = delete;

  core::Result<void> write(std::span<const std::byte> bytes) override;
  std::int64_t bytes() const override { return bytes_; }
  core::Sha256 sha256() const override { return hasher_.value(); }
  int read_fd() const override { return file_.reader.get(); }

  core::Result<void> wake() override;
  core::Result<void> catch_up() override;
  void rest() override { file_ = {}; }
  // Stores what was written since the last time as a piece. unavailable when another process stored one there: what it
  // acknowledged is never written over.
  core::Result<void> sync() override;
  core::Result<void> cut(std::int64_t bytes) override;

 private:
  S3Resumable(const S3Client& client, std::filesystem::path path, std::string_view key)
      : client_(client), path_(std::move(path)), key_(key) {}
  core::Result<void> fetch();
  core::Result<void> cut_pieces(std::int64_t bytes);
  core::Result<void> put_piece(std::int64_t offset, std::int64_t bytes, bool only_if_absent);

  const S3Client& client_;
  std::filesystem::path path_;  // in the spool
  std::string key_;
  SpoolFile file_{};
  Sha256Hasher hasher_{};
  std::int64_t hashed_ = 0;  // bytes that `hasher_` has seen
  std::int64_t held_ = 0;    // bytes in the file, from 0 on
  std::int64_t stored_ = 0;  // bytes in the bucket
  std::int64_t bytes_ = 0;   // of all: stored_, and what was written since
};

}  // namespace sightglass::storage::s3
