#include "runtime/partial_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <system_error>
#include <utility>

namespace sightglass::runtime {
namespace {

namespace fs = std::filesystem;

core::Error file_error(const fs::path& path) {
  const int number = errno;
  const auto code =
      number == ENOSPC || number == EDQUOT ? core::ErrorCode::quota_exceeded : core::ErrorCode::unavailable;
  return {.code = code, .message = path.string() + " cannot be written: " + std::strerror(number)};
}

}  // namespace

PartialFile::PartialFile(fs::path target) : target_(std::move(target)), path_(target_.string() + ".partial") {}

PartialFile::~PartialFile() {
  if (fd_) ::unlink(path_.c_str());
}

core::Result<void> PartialFile::open() {
  std::error_code ignored;  // told by open()
  fs::create_directories(target_.parent_path(), ignored);
  fd_ = UnixFd(::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640));
  if (!fd_) return core::fail(file_error(path_));
  return {};
}

core::Result<void> PartialFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(fd_.get(), bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return core::fail(file_error(path_));
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return {};
}

core::Result<void> PartialFile::finish() {
  if (::fdatasync(fd_.get()) != 0 || ::rename(path_.c_str(), target_.c_str()) != 0) {
    return core::fail(file_error(target_));
  }
  fd_.reset();
  return {};
}

}  // namespace sightglass::runtime
