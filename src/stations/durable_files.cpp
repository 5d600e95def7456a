#include "stations/durable_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "core/no_room.hpp"
#include "runtime/unix_fd.hpp"

namespace sightglass::stations {
namespace {

namespace fs = std::filesystem;

std::unexpected<core::Error> failed(int number, std::string_view doing, const fs::path& path) {
  std::string cause = fmt::format("{} {}: {}", doing, path.string(), std::strerror(number));
  switch (number) {
    case ENOSPC:
    case EDQUOT:
      return core::fail(core::no_room("The disk of the inspections is full. Make room on it.", std::move(cause)));
    case EACCES:
    case EPERM:
    case EROFS: return core::fail(core::unavailable("The folder of the inspections may not be written.", cause));
    case ENOENT:
      return core::fail(
          {.code = core::ErrorCode::not_found, .message = "A folder of inspections is not there.", .cause = cause});
    case EEXIST:
    case ENOTEMPTY:
      return core::fail(
          {.code = core::ErrorCode::conflict, .message = "A folder of inspections is in the way.", .cause = cause});
    default: return core::fail(core::internal_error("The folder of the inspections could not be written.", cause));
  }
}

core::Result<void> write_all(int fd, std::string_view bytes, const fs::path& file) {
  while (!bytes.empty()) {
    const auto count = ::write(fd, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failed(errno, "write", file);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

}  // namespace

core::Result<void> write_durably(const fs::path& file, std::string_view bytes) {
  const fs::path temporary = file.string() + ".part";
  {
    const runtime::UnixFd fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640));
    if (!fd) return failed(errno, "open", temporary);
    auto written = write_all(fd.get(), bytes, temporary);
    if (written && ::fsync(fd.get()) != 0) written = failed(errno, "sync", temporary);
    if (!written) {
      ::unlink(temporary.c_str());
      return written;
    }
  }
  if (::rename(temporary.c_str(), file.c_str()) != 0) return failed(errno, "rename", file);
  return sync_folder(file.parent_path());
}

core::Result<void> make_durably(const fs::path& folder) {
  if (::mkdir(folder.c_str(), 0750) == 0) return sync_folder(folder.parent_path());
  if (errno == EEXIST) return {};
  if (errno != ENOENT || !folder.has_relative_path()) return failed(errno, "make", folder);
  SG_TRY(make_durably(folder.parent_path()));
  if (::mkdir(folder.c_str(), 0750) != 0 && errno != EEXIST) return failed(errno, "make", folder);
  return sync_folder(folder.parent_path());
}

core::Result<void> sync_folder(const fs::path& folder) {
  const runtime::UnixFd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return failed(errno, "open", folder);
  if (::fsync(fd.get()) != 0) return failed(errno, "sync", folder);
  return {};
}

core::Result<void> rename_durably(const fs::path& from, const fs::path& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) != 0)
    return failed(errno, "move", from);
  SG_TRY(sync_folder(to.parent_path()));
  return from.parent_path() == to.parent_path() ? core::Result<void>{} : sync_folder(from.parent_path());
}

}  // namespace sightglass::stations
