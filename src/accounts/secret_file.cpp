#include "accounts/secret_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "accounts/secrets.hpp"
#include "runtime/unix_fd.hpp"

namespace sightglass::accounts {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t largest_secret = 4096;

std::unexpected<core::Error> system_failure(std::string_view what, const fs::path& file, int code) {
  return core::fail(
      core::internal_error(fmt::format("{} {} failed: {}.", what, file.string(), std::generic_category().message(code)),
                           std::generic_category().message(code)));
}

core::Result<void> check_rights(int fd, const fs::path& file) {
  // Of the open file: its name may stand for another one by now.
  struct stat status{};
  if (::fstat(fd, &status) != 0) return system_failure("Looking at", file, errno);
  if (!S_ISREG(status.st_mode))
    return core::fail(core::ErrorCode::permission_denied, fmt::format("{} is not a regular file.", file.string()));
  if ((status.st_mode & 077U) == 0) return {};
  return core::fail(core::ErrorCode::permission_denied,
                    fmt::format("{} may be used by others than its owner (mode {:04o}). Run: chmod 600 {}",
                                file.string(), status.st_mode & 07777U, file.string()));
}

core::Result<std::string> read_all(int fd, const fs::path& file) {
  std::string bytes;
  std::array<char, 1024> buffer;
  while (bytes.size() <= largest_secret) {
    const auto got = ::read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_failure("Reading", file, errno);
    if (got == 0) return bytes;
    bytes.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return core::fail(core::internal_error(fmt::format("{} is longer than a secret can be.", file.string())));
}

core::Result<void> write_durably(int fd, std::string_view bytes, const fs::path& file) {
  while (!bytes.empty()) {
    const auto written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_failure("Writing", file, errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(fd) != 0) return system_failure("Writing", file, errno);
  return {};
}

// A hard link appears whole and refuses to replace what another process made meanwhile; a rename would not.
core::Result<void> publish(const fs::path& temporary, const fs::path& file) {
  const int outcome = ::link(temporary.c_str(), file.c_str()) == 0 ? 0 : errno;
  ::unlink(temporary.c_str());
  // EEXIST: another process was first, and what it wrote counts.
  if (outcome != 0 && outcome != EEXIST) return system_failure("Making", file, outcome);
  const runtime::UnixFd directory(::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory || ::fsync(directory.get()) != 0) return system_failure("Making", file, errno);
  return {};
}

core::Result<void> make_file(const fs::path& file, const std::string& content) {
  std::error_code error;
  fs::create_directories(file.parent_path().parent_path(), error);
  if (::mkdir(file.parent_path().c_str(), 0700) != 0 && errno != EEXIST)
    return system_failure("Making", file.parent_path(), errno);
  fs::path temporary = file;
  temporary += ".new-" + to_base64url(random_bytes(9));
  const runtime::UnixFd fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!fd) return system_failure("Making", temporary, errno);
  if (auto written = write_durably(fd.get(), content, temporary); !written) {
    ::unlink(temporary.c_str());
    return written;
  }
  return publish(temporary, file);
}

runtime::UnixFd open_existing(const fs::path& file) {
  return runtime::UnixFd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
}

}  // namespace

core::Result<std::optional<std::string>> read_secret(const fs::path& file) {
  const auto fd = open_existing(file);
  if (!fd && errno == ENOENT) return std::nullopt;
  if (!fd) return system_failure("Opening", file, errno);
  SG_TRY(check_rights(fd.get(), file));
  SG_ASSIGN(auto text, read_all(fd.get(), file));
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  return text;
}

core::Result<std::string> read_or_make_secret(const fs::path& file, const std::function<std::string()>& make) {
  auto fd = open_existing(file);
  if (!fd && errno == ENOENT) {
    SG_TRY(make_file(file, make()));
    // Read from the file, not from what was made: another process may have been first.
    fd = open_existing(file);
  }
  if (!fd) return system_failure("Opening", file, errno);
  SG_TRY(check_rights(fd.get(), file));
  return read_all(fd.get(), file);
}

}  // namespace sightglass::accounts
