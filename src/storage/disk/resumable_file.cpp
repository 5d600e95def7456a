#include "storage/disk/resumable_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>
#include <vector>

#include "storage/disk/disk_errors.hpp"
#include "storage/disk/write_at.hpp"

namespace sightglass::storage::disk {

using runtime::UnixFd;

core::Result<std::unique_ptr<ResumableFile>> ResumableFile::open(DirectoryTree& tree, std::string_view key) {
  SG_ASSIGN(const Place place, tree.make(key, true));
  // O_NONBLOCK: see DirectoryTree::open_file.
  const UnixFd made(::openat(place.directory.get(), place.name.c_str(),
                             O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0640));
  if (!made) return core::fail(error_from(errno, "make the upload", key));
  std::unique_ptr<ResumableFile> file(new ResumableFile(tree, key));
  SG_TRY(file->wake());
  return file;
}

core::Result<void> ResumableFile::wake() {
  if (fd_) return {};
  SG_ASSIGN(UnixFd fd, tree_.open_file(key_, O_RDWR));
  SG_ASSIGN(UnixFd reader, tree_.open_file(key_, O_RDONLY));
  struct stat status = {};
  if (::fstat(fd.get(), &status) != 0) return core::fail(error_from(errno, "look at", key_));
  fd_ = std::move(fd);
  reader_ = std::move(reader);
  bytes_ = status.st_size;
  return {};
}

void ResumableFile::rest() {
  fd_.reset();
  reader_.reset();
}

core::Result<void> ResumableFile::catch_up() {
  // Hashing has no way back: what was cut off, or lost in a power cut, means beginning anew.
  if (hashed_ > bytes_) {
    hasher_ = Sha256Hasher();
    hashed_ = 0;
  }
  std::vector<std::byte> buffer(static_cast<std::size_t>(std::min<std::int64_t>(bytes_ - hashed_, 256 << 10)));
  while (hashed_ < bytes_) {
    const auto wanted = std::min<std::int64_t>(bytes_ - hashed_, static_cast<std::int64_t>(buffer.size()));
    const ssize_t got = ::pread(reader_.get(), buffer.data(), static_cast<std::size_t>(wanted), hashed_);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return core::fail(error_from(got < 0 ? errno : EIO, "read", key_));
    hasher_.update(std::span(buffer).first(static_cast<std::size_t>(got)));
    hashed_ += got;
  }
  return {};
}

core::Result<void> ResumableFile::write(std::span<const std::byte> bytes) {
  if (auto written = write_at(fd_.get(), bytes_, bytes, key_); !written) {
    // The length must not say that more came than was taken; where even this fails, wake() believes the file.
    [[maybe_unused]] const int ignored = ::ftruncate(fd_.get(), bytes_);
    return written;
  }
  hasher_.update(bytes);
  bytes_ += static_cast<std::int64_t>(bytes.size());
  hashed_ = bytes_;
  return {};
}

core::Result<void> ResumableFile::sync() {
  tree_.observe("sync_file", key_);
  if (::fdatasync(fd_.get()) != 0) return core::fail(error_from(errno, "sync", key_));
  if (is_name_durable_) return {};
  // The file may have been made just now, and bytes without a name are lost.
  SG_ASSIGN(const Place place, tree_.find(key_));
  SG_TRY(tree_.sync(place));
  is_name_durable_ = true;
  return {};
}

core::Result<void> ResumableFile::cut(std::int64_t bytes) {
  if (::ftruncate(fd_.get(), bytes) != 0) return core::fail(error_from(errno, "shorten", key_));
  bytes_ = bytes;
  return catch_up();
}

}  // namespace sightglass::storage::disk
