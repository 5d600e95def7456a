#include "storage/disk/directory_tree.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "storage/blob_store.hpp"
#include "storage/disk/disk_errors.hpp"

namespace sightglass::storage::disk {
namespace {

using runtime::UnixFd;

constexpr int directory_flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW;
// Enough for every job and day of a large installation; beyond it the set starts anew and only costs syncs.
constexpr std::size_t most_remembered_folders = 100'000;

// Keys hold no ".." (is_valid_key), and no segment may be a link, so that every step stays below the root.
// Where openat2 is missing (before Linux 5.6) or forbidden (older container profiles): segment by segment.
UnixFd walk_beneath(int root, const std::string& path, int flags) {
  UnixFd folder;
  int at = root;
  std::size_t begin = 0;
  for (;;) {
    const auto slash = path.find('/', begin);
    const bool is_last = slash == std::string::npos;
    const std::string segment = path.substr(begin, is_last ? slash : slash - begin);
    UnixFd next(::openat(at, segment.c_str(), is_last ? (flags | O_NOFOLLOW | O_CLOEXEC) : directory_flags));
    if (!next || is_last) return next;
    folder = std::move(next);
    at = folder.get();
    begin = slash + 1;
  }
}

UnixFd open_beneath(int root, const std::string& path, int flags) {
  struct open_how how = {};
  how.flags = static_cast<decltype(how.flags)>(flags | O_CLOEXEC | O_NOFOLLOW);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  for (int attempt = 0; attempt < 16; ++attempt) {
    const long fd = ::syscall(SYS_openat2, root, path.c_str(), &how, sizeof how);
    if (fd >= 0) return UnixFd(static_cast<int>(fd));
    // EAGAIN: a rename somewhere raced with the resolution; openat2(2) says to try again.
    if (errno != EAGAIN && errno != EINTR) break;
  }
  if (errno == ENOSYS || errno == EPERM) return walk_beneath(root, path, flags);
  return {};
}

std::unexpected<core::Error> bad_key() {
  return core::fail(core::invalid_input("key", "This is not a key of the store."));
}

std::pair<std::string_view, std::string_view> split(std::string_view key) {
  const auto slash = key.rfind('/');
  if (slash == std::string_view::npos) return {{}, key};
  return {key.substr(0, slash), key.substr(slash + 1)};
}

}  // namespace

DirectoryTree::DirectoryTree(UnixFd root, SyncObserver observer)
    : root_(std::move(root)), observer_(std::move(observer)) {}

core::Result<UnixFd> DirectoryTree::open_directory(std::string_view folder) const {
  if (!folder.empty() && !is_valid_key(folder)) return bad_key();
  UnixFd fd = folder.empty() ? UnixFd(::openat(root_.get(), ".", directory_flags))
                             : open_beneath(root_.get(), std::string(folder), directory_flags);
  if (!fd) return core::fail(error_from(errno, "open the directory", folder));
  return fd;
}

core::Result<Place> DirectoryTree::find(std::string_view key) const {
  if (!is_valid_key(key)) return bad_key();
  const auto [folder, name] = split(key);
  SG_ASSIGN(UnixFd directory, open_directory(folder));
  return Place{std::move(directory), folder, std::string(name)};
}

core::Result<Place> DirectoryTree::make(std::string_view key, bool durable) {
  if (!is_valid_key(key)) return bad_key();
  const std::string folder(split(key).first);
  if (durable && !folder.empty()) {
    // Held while the disk is waited for: who needs the same folder must not go on before it is durable.
    const std::lock_guard lock(mutex_);
    if (!durable_folders_.contains(folder)) SG_TRY(make_folders(folder, true));
    if (durable_folders_.size() >= most_remembered_folders) durable_folders_.clear();
    durable_folders_.insert(folder);
  }
  auto place = find(key);
  if (place || place.error().code != core::ErrorCode::not_found) return place;
  // Not there, or removed by someone since this process made it.
  const std::lock_guard lock(mutex_);
  SG_TRY(make_folders(folder, durable));
  return find(key);
}

core::Result<UnixFd> DirectoryTree::enter(int parent, const std::string& name, std::string_view path, bool durable) {
  if (::mkdirat(parent, name.c_str(), 0750) == 0) {
    observe("make_directory", path);
  } else if (errno != EEXIST) {
    return core::fail(error_from(errno, "make the directory", path));
  }
  // Also when it was there: whoever made it may not have synced it yet.
  if (durable) {
    observe("sync_directory", split(path).first);
    if (::fsync(parent) != 0) return core::fail(error_from(errno, "sync the directory above", path));
  }
  UnixFd fd(::openat(parent, name.c_str(), directory_flags));
  if (!fd) return core::fail(error_from(errno, "open the directory", path));
  return fd;
}

core::Result<void> DirectoryTree::make_folders(std::string_view folder, bool durable) {
  UnixFd current;
  std::size_t begin = 0;
  while (begin < folder.size()) {
    const auto end = std::min(folder.find('/', begin), folder.size());
    const int parent = current ? current.get() : root_.get();
    SG_ASSIGN(current, enter(parent, std::string(folder.substr(begin, end - begin)), folder.substr(0, end), durable));
    begin = end + 1;
  }
  return {};
}

core::Result<UnixFd> DirectoryTree::open_file(std::string_view key, int flags) const {
  if (!is_valid_key(key)) return bad_key();
  // O_NONBLOCK: a FIFO that someone laid into the directory must not hang us; files ignore it.
  UnixFd fd = open_beneath(root_.get(), std::string(key), flags | O_NONBLOCK);
  if (!fd) return core::fail(error_from(errno, "open", key));
  struct stat status = {};
  if (::fstat(fd.get(), &status) != 0) return core::fail(error_from(errno, "open", key));
  if (!S_ISREG(status.st_mode)) return core::fail(error_from(ENOENT, "open", key));
  return fd;
}

core::Result<void> DirectoryTree::sync(const Place& place) const {
  observe("sync_directory", place.folder);
  if (::fsync(place.directory.get()) != 0) return core::fail(error_from(errno, "sync the directory", place.folder));
  return {};
}

}  // namespace sightglass::storage::disk
