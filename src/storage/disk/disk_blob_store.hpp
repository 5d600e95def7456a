// Blobs as files below one directory of the local disk.
#pragma once

#include <filesystem>
#include <memory>

#include "storage/blob_store.hpp"
#include "storage/disk/directory_tree.hpp"

namespace sightglass::storage::disk {

// Everything below the directory must lie on one filesystem: temporaries in incoming/ are renamed into place.
class DiskBlobStore final : public BlobStore {
 public:
  // Makes the directory when it is missing. `observer` is for tests.
  // unavailable when it cannot be made or opened.
  static core::Result<std::unique_ptr<DiskBlobStore>> open(const std::filesystem::path& root,
                                                           SyncObserver observer = {});

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
  core::Result<std::int64_t> remove_abandoned() override;
  core::Result<std::int64_t> free_bytes() const override;

 private:
  DiskBlobStore(runtime::UnixFd root, SyncObserver observer) : tree_(std::move(root), std::move(observer)) {}
  core::Result<void> link_to(std::string_view from, const Place& to, std::string_view key);
  core::Result<void> place_linked(ResumableBlob& incoming, std::string_view own_key, std::string_view key);
  core::Result<void> copy_to(std::string_view from, const Place& to, std::string_view key);

  DirectoryTree tree_;
};

}  // namespace sightglass::storage::disk
