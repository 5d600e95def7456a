#include "storage/disk/disk_blob_store.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "storage/disk/disk_errors.hpp"
#include "storage/disk/incoming_file.hpp"
#include "storage/disk/resumable_file.hpp"
#include "storage/disk/tree_walk.hpp"

namespace sightglass::storage::disk {
namespace {

using runtime::UnixFd;

constexpr std::int64_t most_bytes_read_whole = 64LL << 20;

// What link(2) answers where a filesystem has no hard links (FAT, some network shares) or a file has its most.
bool needs_copy(int error_number) {
  return error_number == EPERM || error_number == EMLINK || error_number == EOPNOTSUPP || error_number == ENOSYS ||
         error_number == EXDEV;
}

core::Result<std::string> read_whole(int fd, std::int64_t size, std::string_view key) {
  std::string bytes(static_cast<std::size_t>(size), '\0');
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t got = ::pread(fd, bytes.data() + filled, bytes.size() - filled, static_cast<off_t>(filled));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return core::fail(error_from(errno, "read", key));
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  bytes.resize(filled);
  return bytes;
}

// True when no living process holds the temporary: the lock dies with its owner.
bool is_abandoned(const DirectoryTree& tree, std::string_view key) {
  const auto fd = tree.open_file(key, O_RDONLY);
  return fd && ::flock(fd->get(), LOCK_EX | LOCK_NB) == 0;
}

}  // namespace

core::Result<std::unique_ptr<DiskBlobStore>> DiskBlobStore::open(const std::filesystem::path& root,
                                                                 SyncObserver observer) {
  std::error_code failure;
  std::filesystem::create_directories(root, failure);
  UnixFd fd(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) {
    const std::string cause = failure ? failure.message() : std::error_code(errno, std::generic_category()).message();
    return core::fail(core::unavailable("The data directory " + root.string() + " cannot be opened: " + cause));
  }
  return std::unique_ptr<DiskBlobStore>(new DiskBlobStore(std::move(fd), std::move(observer)));
}

core::Result<std::unique_ptr<IncomingBlob>> DiskBlobStore::begin_incoming() { return IncomingFile::create(tree_); }

core::Result<std::unique_ptr<ResumableBlob>> DiskBlobStore::resume(std::string_view key) {
  return ResumableFile::open(tree_, key);
}

// A link instead of a rename: should filing fail after this, the sender need not send everything again.
core::Result<void> DiskBlobStore::place_linked(ResumableBlob& incoming, std::string_view own_key,
                                               std::string_view key) {
  SG_ASSIGN(const Place target, tree_.make(key, true));
  SG_TRY(incoming.sync());
  SG_TRY(link_to(own_key, target, key));
  return tree_.sync(target);
}

core::Result<void> DiskBlobStore::place(IncomingBlob& incoming, std::string_view key) {
  if (auto* resumable = dynamic_cast<ResumableFile*>(&incoming)) return place_linked(*resumable, resumable->key(), key);
  auto* file = dynamic_cast<IncomingFile*>(&incoming);
  if (file == nullptr) return core::fail(core::internal_error("An upload was placed in a store it was not begun in."));
  SG_ASSIGN(const Place target, tree_.make(key, true));
  // The bytes first: a name that survives a power cut must not stand for an empty file.
  SG_TRY(file->sync());
  SG_TRY(file->move_to(target, key, IncomingFile::Existing::is_conflict));
  return tree_.sync(target);
}

core::Result<void> DiskBlobStore::put(std::string_view key, std::string_view bytes, Durability durability) {
  const bool is_durable = durability == Durability::durable;
  SG_ASSIGN(const Place target, tree_.make(key, is_durable));
  SG_ASSIGN(const auto file, IncomingFile::create(tree_));
  SG_TRY(file->write(std::as_bytes(std::span(bytes))));
  if (is_durable) SG_TRY(file->sync());
  SG_TRY(file->move_to(target, key, IncomingFile::Existing::is_replaced));
  return is_durable ? tree_.sync(target) : core::Result<void>{};
}

core::Result<void> DiskBlobStore::copy_to(std::string_view from, const Place& to, std::string_view key) {
  SG_ASSIGN(const UnixFd source, tree_.open_file(from, O_RDONLY));
  SG_ASSIGN(const auto copy, IncomingFile::create(tree_));
  SG_TRY(copy->copy_from(source.get()));
  SG_TRY(copy->sync());
  return copy->move_to(to, key, IncomingFile::Existing::is_conflict);
}

core::Result<void> DiskBlobStore::link_to(std::string_view from, const Place& to, std::string_view key) {
  SG_TRY(tree_.open_file(from, O_RDONLY));  // only regular files are blobs
  SG_ASSIGN(const Place source, tree_.find(from));
  tree_.observe("link", key);
  if (::linkat(source.directory.get(), source.name.c_str(), to.directory.get(), to.name.c_str(), 0) == 0) return {};
  if (needs_copy(errno)) return copy_to(from, to, key);
  return core::fail(error_from(errno, "link", errno == ENOENT ? from : key));
}

core::Result<void> DiskBlobStore::link(std::string_view from, std::string_view to) {
  SG_ASSIGN(const Place target, tree_.make(to, true));
  SG_TRY(link_to(from, target, to));
  return tree_.sync(target);
}

core::Result<void> DiskBlobStore::claim(std::string_view from, std::string_view to) {
  SG_ASSIGN(const Place target, tree_.make(to, true));
  return link_to(from, target, to);
}

core::Result<void> DiskBlobStore::rename(std::string_view from, std::string_view to) {
  SG_ASSIGN(const Place target, tree_.make(to, true));
  SG_ASSIGN(const Place source, tree_.find(from));
  tree_.observe("rename", to);
  if (::renameat(source.directory.get(), source.name.c_str(), target.directory.get(), target.name.c_str()) != 0) {
    return core::fail(error_from(errno, "rename", from));
  }
  // The new name first: a power cut in between leaves the file under both, never under none.
  SG_TRY(tree_.sync(target));
  return tree_.sync(source);
}

core::Result<void> DiskBlobStore::remove(std::string_view key) {
  const auto place = tree_.find(key);
  if (!place && place.error().code == core::ErrorCode::not_found) return {};
  if (!place) return std::unexpected(place.error());
  if (::unlinkat(place->directory.get(), place->name.c_str(), 0) == 0 || errno == ENOENT) return {};
  return core::fail(error_from(errno, "remove", key));
}

core::Result<BlobInfo> DiskBlobStore::info(std::string_view key) const {
  SG_ASSIGN(const Place place, tree_.find(key));
  struct stat status = {};
  if (::fstatat(place.directory.get(), place.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    return core::fail(error_from(errno, "look at", key));
  }
  if (!S_ISREG(status.st_mode)) return core::fail(error_from(ENOENT, "look at", key));
  return info_of(status);
}

core::Result<std::string> DiskBlobStore::read(std::string_view key) const {
  SG_ASSIGN(const UnixFd fd, tree_.open_file(key, O_RDONLY));
  struct stat status = {};
  if (::fstat(fd.get(), &status) != 0) return core::fail(error_from(errno, "read", key));
  if (status.st_size > most_bytes_read_whole) {
    return core::fail(core::ErrorCode::too_large, std::string(key) + " is too large to be read at once.");
  }
  return read_whole(fd.get(), status.st_size, key);
}

core::Result<UnixFd> DiskBlobStore::open(std::string_view key) const { return tree_.open_file(key, O_RDONLY); }

core::Result<void> DiskBlobStore::list(std::string_view prefix,
                                       const std::function<bool(std::string_view key, const BlobInfo&)>& visit) const {
  return walk(tree_, prefix,
              [&](std::string_view key, const BlobInfo& blob) { return is_temporary(key) || visit(key, blob); });
}

core::Result<std::int64_t> DiskBlobStore::remove_abandoned() {
  std::int64_t removed = 0;
  SG_TRY(walk(tree_, std::string(incoming_folder) + "/", [&](std::string_view key, const BlobInfo&) {
    if (is_temporary(key) && is_abandoned(tree_, key) && remove(key)) ++removed;
    return true;
  }));
  return removed;
}

core::Result<std::int64_t> DiskBlobStore::free_bytes() const {
  struct statvfs status = {};
  if (::fstatvfs(tree_.root(), &status) != 0) return core::fail(error_from(errno, "measure the room in", "its root"));
  return static_cast<std::int64_t>(status.f_bavail) * static_cast<std::int64_t>(status.f_frsize);
}

}  // namespace sightglass::storage::disk
