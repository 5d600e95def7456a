// A file that grows from call to call and from process to process, hashed on the way.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "runtime/unix_fd.hpp"
#include "storage/blob_store.hpp"
#include "storage/disk/directory_tree.hpp"
#include "storage/hashing.hpp"

namespace sightglass::storage::disk {

// Its length is the only record of how far it came: nothing else can be ahead of what is on the disk.
class ResumableFile final : public ResumableBlob {
 public:
  // Awake. Makes an empty file, and the folders above it durable, when there is none.
  static core::Result<std::unique_ptr<ResumableFile>> open(DirectoryTree& tree, std::string_view key);

  core::Result<void> write(std::span<const std::byte> bytes) override;
  std::int64_t bytes() const override { return bytes_; }
  core::Sha256 sha256() const override { return hasher_.value(); }
  int read_fd() const override { return reader_.get(); }

  core::Result<void> wake() override;
  core::Result<void> catch_up() override;
  void rest() override;
  core::Result<void> sync() override;
  core::Result<void> cut(std::int64_t bytes) override;

  const std::string& key() const { return key_; }

 private:
  ResumableFile(DirectoryTree& tree, std::string_view key) : tree_(tree), key_(key) {}

  DirectoryTree& tree_;
  std::string key_;
  runtime::UnixFd fd_{};
  runtime::UnixFd reader_{};  // goes to the decoder, which must not be able to write what was hashed
  Sha256Hasher hasher_{};
  std::int64_t hashed_ = 0;  // bytes that `hasher_` has seen
  std::int64_t bytes_ = 0;
  bool is_name_durable_ = false;
};

}  // namespace sightglass::storage::disk
