// Blobs as objects of one bucket of an S3-compatible server, under the keys that they have on a disk.
#pragma once

#include <memory>
#include <string>

#include "core/time.hpp"
#include "storage/blob_store.hpp"
#include "storage/s3/s3_client.hpp"
#include "storage/s3/s3_options.hpp"
#include "storage/s3/spool.hpp"

namespace sightglass::storage::s3 {

// Objects are never changed, only replaced as a whole. Differences to a disk: rename() is two steps, of which a crash
// may leave the first, with both names there; nothing is stored once for two names; keys must be UTF-8.
class S3BlobStore final : public BlobStore {
 public:
  // With `checks`, makes sure that the bucket is there, lets us in and keeps taken names. `clock` outlives the store.
  // invalid_input naming a setting; unavailable with words for the operator. Blocks.
  enum class Checks : std::uint8_t { none, access, access_and_taken_keys };
  static core::Result<std::unique_ptr<S3BlobStore>> open(S3Options options, const core::Clock& clock, Checks checks);

  core::Result<std::unique_ptr<IncomingBlob>> begin_incoming() override;
  core::Result<std::unique_ptr<ResumableBlob>> resume(std::string_view key) override;
  core::Result<void> place(IncomingBlob& incoming, std::string_view key) override;
  core::Result<void> put(std::string_view key, std::string_view bytes, Durability durability) override;
  core::Result<void> link(std::string_view from, std::string_view to) override;
  core::Result<void> claim(std::string_view from, std::string_view to) override;
  core::Result<void> rename(std::string_view from, std::string_view to) override;
  core::Result<void> remove(std::string_view key) override;

  core::Result<BlobInfo> info(std::string_view key) const override;
  core::Result<std::string> read(std::string_view key) const override;  // too_large over 64 MiB
  core::Result<runtime::UnixFd> open(std::string_view key) const override;
  core::Result<void> list(std::string_view prefix,
                          const std::function<bool(std::string_view key, const BlobInfo&)>& visit) const override;
  // Of processes on this machine that died, and uploads in parts that nobody went on with for a day.
  core::Result<std::int64_t> remove_abandoned() override;
  core::Result<void> probe() const override { return client_.probe(); }
  core::Result<std::int64_t> free_bytes() const override;  // of the spool's disk
  core::Result<std::optional<std::string>> download_address(std::string_view key, std::chrono::seconds lifetime,
                                                            std::string_view filename) const override;

 private:
  S3BlobStore(S3Options options, const core::Clock& clock, std::unique_ptr<Spool> spool);

  enum class Existing : std::uint8_t { is_conflict, is_replaced };
  core::Result<void> put_file(std::string_view key, int fd, std::int64_t bytes, const core::Sha256& sha256,
                              Existing existing) const;
  core::Result<void> reserve(std::string_view key) const;
  core::Result<void> copy_pieces(std::string_view from, std::string_view to, Existing existing) const;
  core::Result<runtime::UnixFd> open_resumable(std::string_view key) const;
  core::Result<ObjectFacts> get(std::string_view key, const S3Client::Begin& begin, const S3Client::Take& take) const;
  core::Result<BlobInfo> info_of_resumable(std::string_view key) const;

  const core::Clock& clock_;
  std::unique_ptr<Spool> spool_;
  S3Client client_;
};

}  // namespace sightglass::storage::s3
