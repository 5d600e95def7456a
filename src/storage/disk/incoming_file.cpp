#include "storage/disk/incoming_file.hpp"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>
#include <vector>

#include "core/ids.hpp"
#include "core/time.hpp"
#include "storage/disk/disk_errors.hpp"
#include "storage/disk/write_at.hpp"

namespace sightglass::storage::disk {
namespace {

using runtime::UnixFd;

// Small enough that the final sync has little left to wait for, large enough not to break up the device's writes.
constexpr std::int64_t writeback_window = 1 << 20;

std::string make_key() {
  std::string key(incoming_folder);
  key.append("/").append(core::Uuid::make_v7(core::SystemClock{}.now()).to_string()).append(temporary_suffix);
  return key;
}

// True when the lock is ours and the file still has its name: remove_abandoned() may have come in between.
bool lock_named(int fd) {
  struct stat status = {};
  return ::flock(fd, LOCK_EX | LOCK_NB) == 0 && ::fstat(fd, &status) == 0 && status.st_nlink > 0;
}

// Older kernels and some filesystems (NFS, older overlayfs) have no RENAME_NOREPLACE: link(2) refuses as well.
int link_then_unlink(const Place& from, const Place& to) {
  if (::linkat(from.directory.get(), from.name.c_str(), to.directory.get(), to.name.c_str(), 0) != 0) return -1;
  ::unlinkat(from.directory.get(), from.name.c_str(), 0);
  return 0;
}

int rename_into_free_name(const Place& from, const Place& to) {
  const long outcome = ::syscall(SYS_renameat2, from.directory.get(), from.name.c_str(), to.directory.get(),
                                 to.name.c_str(), RENAME_NOREPLACE);
  if (outcome == 0) return 0;
  if (errno == EINVAL || errno == ENOSYS) return link_then_unlink(from, to);
  return -1;
}

}  // namespace

core::Result<std::unique_ptr<IncomingFile>> IncomingFile::create(DirectoryTree& tree) {
  for (int attempt = 0; attempt < 8; ++attempt) {
    const std::string key = make_key();
    SG_ASSIGN(Place place, tree.make(key, false));
    place.folder = incoming_folder;
    UnixFd fd(
        ::openat(place.directory.get(), place.name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640));
    if (!fd) return core::fail(error_from(errno, "make the temporary", key));
    if (!lock_named(fd.get())) continue;
    UnixFd reader(::openat(place.directory.get(), place.name.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!reader) return core::fail(error_from(errno, "open the temporary", key));
    return std::unique_ptr<IncomingFile>(new IncomingFile(tree, std::move(place), std::move(fd), std::move(reader)));
  }
  return core::fail(core::internal_error("The store could not lock a temporary of its own."));
}

IncomingFile::IncomingFile(DirectoryTree& tree, Place place, UnixFd fd, UnixFd reader)
    : tree_(tree), place_(std::move(place)), fd_(std::move(fd)), reader_(std::move(reader)) {}

IncomingFile::~IncomingFile() {
  if (!is_placed_) ::unlinkat(place_.directory.get(), place_.name.c_str(), 0);
}

core::Result<void> IncomingFile::write(std::span<const std::byte> bytes) {
  SG_TRY(write_at(fd_.get(), bytes_, bytes, place_.name));
  hasher_.update(bytes);
  bytes_ += static_cast<std::int64_t>(bytes.size());
  start_writeback();
  return {};
}

void IncomingFile::start_writeback() {
  const std::int64_t pending = bytes_ - written_back_;
  if (pending < writeback_window) return;
  // Only a hint: sync() is what counts.
  ::sync_file_range(fd_.get(), written_back_, pending, SYNC_FILE_RANGE_WRITE);
  written_back_ = bytes_;
}

core::Result<void> IncomingFile::copy_from(int source) {
  std::vector<std::byte> buffer(256 << 10);
  for (off_t offset = 0;;) {
    const ssize_t got = ::pread(source, buffer.data(), buffer.size(), offset);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return core::fail(error_from(errno, "read for a copy into", place_.name));
    if (got == 0) return {};
    SG_TRY(write(std::span(buffer).first(static_cast<std::size_t>(got))));
    offset += got;
  }
}

core::Result<void> IncomingFile::sync() {
  tree_.observe("sync_file", place_.name);
  // Bytes and length; fsync(2) would wait for the times too, which need not survive.
  if (::fdatasync(fd_.get()) != 0) return core::fail(error_from(errno, "sync", place_.name));
  return {};
}

core::Result<void> IncomingFile::move_to(const Place& target, std::string_view key, Existing existing) {
  tree_.observe("rename", key);
  const int outcome = existing == Existing::is_conflict ? rename_into_free_name(place_, target)
                                                        : ::renameat(place_.directory.get(), place_.name.c_str(),
                                                                     target.directory.get(), target.name.c_str());
  if (outcome != 0) return core::fail(error_from(errno, "name", key));
  is_placed_ = true;
  return {};
}

}  // namespace sightglass::storage::disk
