#include "storage/s3/spool.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>
#include <vector>

#include "core/ids.hpp"
#include "storage/disk/disk_errors.hpp"
#include "storage/disk/write_at.hpp"
#include "storage/hashing.hpp"

namespace sightglass::storage::s3 {
namespace {

namespace fs = std::filesystem;
using runtime::UnixFd;

constexpr std::string_view spool_words = "a temporary in the spool";
constexpr const char* lock_name = "lock";

core::Error cannot_use(const fs::path& directory, std::string cause) {
  return core::unavailable("The spool directory " + directory.string() + " cannot be used.", std::move(cause));
}

std::string fresh_id() { return core::Uuid::make_v7(core::SystemClock{}.now()).to_string(); }

core::Error error_now(std::string_view doing) { return disk::error_from(errno, doing, spool_words); }

}  // namespace

core::Result<std::unique_ptr<Spool>> Spool::open(const fs::path& directory) {
  std::error_code failure;
  fs::create_directories(directory, failure);
  fs::permissions(directory, fs::perms::owner_all, failure);
  // Again when another process took the fresh folder for an abandoned one, in the moment before it was locked.
  for (int attempt = 0; attempt < 3; ++attempt) {
    const fs::path own = directory / fresh_id();
    if (::mkdir(own.c_str(), 0700) != 0) return core::fail(cannot_use(directory, std::strerror(errno)));
    UnixFd lock(::open((own / lock_name).c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (lock && ::flock(lock.get(), LOCK_EX | LOCK_NB) == 0)
      return std::unique_ptr<Spool>(new Spool(directory, own, std::move(lock)));
  }
  return core::fail(cannot_use(directory, std::strerror(errno)));
}

Spool::~Spool() {
  std::error_code ignored;
  fs::remove_all(own_, ignored);
}

fs::path Spool::fresh_name() const { return own_ / fresh_id(); }

core::Result<SpoolFile> Spool::open_named(const fs::path& file, bool may_be_made) {
  const int making = may_be_made ? O_CREAT : 0;
  SpoolFile opened;
  opened.writer = UnixFd(::open(file.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | making, 0600));
  if (!opened.writer) return core::fail(error_now("make"));
  opened.reader = UnixFd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!opened.reader) return core::fail(error_now("open"));
  return opened;
}

core::Result<SpoolFile> Spool::make_unnamed() const {
  const fs::path name = fresh_name();
  auto file = open_named(name, true);
  ::unlink(name.c_str());
  return file;
}

core::Result<std::int64_t> Spool::remove_abandoned() const {
  std::int64_t removed = 0;
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(directory_, failure)) {
    if (entry.path() == own_) continue;
    const UnixFd lock(::open((entry.path() / lock_name).c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
    if (!lock || ::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) continue;
    const auto files = fs::remove_all(entry.path(), failure);
    // Without the folder itself and its lock.
    if (!failure && files > 2) removed += static_cast<std::int64_t>(files) - 2;
  }
  return removed;
}

core::Result<std::int64_t> Spool::free_bytes() const {
  struct statvfs status = {};
  if (::statvfs(directory_.c_str(), &status) != 0) return core::fail(error_now("measure the room for"));
  return static_cast<std::int64_t>(status.f_bavail) * static_cast<std::int64_t>(status.f_frsize);
}

core::Result<void> write_all(int fd, std::int64_t offset, std::span<const std::byte> bytes) {
  return disk::write_at(fd, offset, bytes, spool_words);
}

core::Result<void> read_all(int fd, std::int64_t offset, std::int64_t length,
                            const std::function<void(std::span<const std::byte>)>& take) {
  std::vector<std::byte> buffer(static_cast<std::size_t>(std::min<std::int64_t>(length, 256 << 10)));
  for (std::int64_t done = 0; done < length;) {
    const auto wanted = std::min<std::int64_t>(length - done, static_cast<std::int64_t>(buffer.size()));
    const ssize_t got = ::pread(fd, buffer.data(), static_cast<std::size_t>(wanted), offset + done);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return core::fail(disk::error_from(got < 0 ? errno : EIO, "read", spool_words));
    take(std::span(buffer).first(static_cast<std::size_t>(got)));
    done += got;
  }
  return {};
}

core::Result<core::Sha256> sha256_of_range(int fd, std::int64_t offset, std::int64_t length) {
  Sha256Hasher hasher;
  SG_TRY(read_all(fd, offset, length, [&](std::span<const std::byte> bytes) { hasher.update(bytes); }));
  return hasher.value();
}

core::Result<void> shorten(int fd, std::int64_t bytes) {
  if (::ftruncate(fd, bytes) != 0) return core::fail(error_now("shorten"));
  return {};
}

}  // namespace sightglass::storage::s3
