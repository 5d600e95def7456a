// An upload on its way in: bytes in the spool, hashed while they are written.
#pragma once

#include "core/result.hpp"
#include "storage/blob_store.hpp"
#include "storage/hashing.hpp"
#include "storage/s3/spool.hpp"

namespace sightglass::storage::s3 {

class S3Incoming final : public IncomingBlob {
 public:
  explicit S3Incoming(SpoolFile file) : file_(std::move(file)) {}

  core::Result<void> write(std::span<const std::byte> bytes) override {
    SG_TRY(write_all(file_.writer.get(), bytes_, bytes));
    hasher_.update(bytes);
    bytes_ += static_cast<std::int64_t>(bytes.size());
    return {};
  }
  std::int64_t bytes() const override { return bytes_; }
  core::Sha256 sha256() const override { return hasher_.value(); }
  int read_fd() const override { return file_.reader.get(); }

 private:
  SpoolFile file_;
  Sha256Hasher hasher_{};
  std::int64_t bytes_ = 0;
};

}  // namespace sightglass::storage::s3
