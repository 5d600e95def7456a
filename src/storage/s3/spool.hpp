// A local directory for bytes on their way to or from the store. Nothing in it is worth keeping.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "core/result.hpp"
#include "core/sha256.hpp"
#include "runtime/unix_fd.hpp"

namespace sightglass::storage::s3 {

// A file of the spool, open twice: what is lent to others must not be able to write.
struct SpoolFile {
  runtime::UnixFd writer{};
  runtime::UnixFd reader{};
};

// Each process has a folder of its own in the spool, locked as long as it lives, so that others see what a dead one
// left. Thread-safe. Blocks.
class Spool {
 public:
  // Makes the directory, mode 0700. unavailable when it cannot be made or written.
  static core::Result<std::unique_ptr<Spool>> open(const std::filesystem::path& directory);
  ~Spool();
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  // A file without a name, gone when both its descriptors are.
  core::Result<SpoolFile> make_unnamed() const;
  // A path in our folder that nothing has.
  std::filesystem::path fresh_name() const;
  // not_found when somebody removed it, unless it `may_be_made`.
  static core::Result<SpoolFile> open_named(const std::filesystem::path& file, bool may_be_made);

  // Folders of processes that died; those of living ones are left alone. Returns how many files there were.
  core::Result<std::int64_t> remove_abandoned() const;
  // Of the disk.
  core::Result<std::int64_t> free_bytes() const;

 private:
  Spool(std::filesystem::path directory, std::filesystem::path own, runtime::UnixFd lock)
      : directory_(std::move(directory)), own_(std::move(own)), lock_(std::move(lock)) {}

  std::filesystem::path directory_;
  std::filesystem::path own_;
  runtime::UnixFd lock_;
};

// Shared by what writes into the spool. Errors as of disk::write_at().
core::Result<void> write_all(int fd, std::int64_t offset, std::span<const std::byte> bytes);
// Calls `take` with the bytes of part of a file, in order. internal when they cannot be read.
core::Result<void> read_all(int fd, std::int64_t offset, std::int64_t length,
                            const std::function<void(std::span<const std::byte>)>& take);
core::Result<core::Sha256> sha256_of_range(int fd, std::int64_t offset, std::int64_t length);
// Forgets what lies beyond.
core::Result<void> shorten(int fd, std::int64_t bytes);

}  // namespace sightglass::storage::s3
