#include "exports/export_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>
#include <utility>

namespace sightglass::exports {
namespace {

namespace fs = std::filesystem;

core::Error file_error(const fs::path& path) {
  const int number = errno;
  const auto code =
      number == ENOSPC || number == EDQUOT ? core::ErrorCode::quota_exceeded : core::ErrorCode::unavailable;
  return {.code = code, .message = path.string() + " cannot be written: " + std::strerror(number)};
}

// Under another name until it is whole; gone when it never is.
class PartialFile {
 public:
  explicit PartialFile(fs::path target) : target_(std::move(target)), path_(target_.string() + ".partial") {}
  ~PartialFile() {
    if (fd_) ::unlink(path_.c_str());
  }
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;

  core::Result<void> open() {
    std::error_code ignored;  // told by open()
    fs::create_directories(target_.parent_path(), ignored);
    fd_ = runtime::UnixFd(::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640));
    if (!fd_) return core::fail(file_error(path_));
    return {};
  }
  core::Result<void> write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t put = ::write(fd_.get(), bytes.data(), bytes.size());
      if (put < 0 && errno == EINTR) continue;
      if (put < 0) return core::fail(file_error(path_));
      bytes.remove_prefix(static_cast<std::size_t>(put));
    }
    return {};
  }
  core::Result<void> finish() {
    if (::fdatasync(fd_.get()) != 0 || ::rename(path_.c_str(), target_.c_str()) != 0)
      return core::fail(file_error(target_));
    fd_.reset();
    return {};
  }

 private:
  fs::path target_;
  std::string path_;
  runtime::UnixFd fd_{};
};

}  // namespace

core::Result<ExportedFile> write_export(database::Database& database, const Options& options, const fs::path& directory,
                                        const std::function<void(std::int64_t bytes)>& progress) {
  ExportedFile written{.path = directory / ("annotations." + std::string(ending_of(options)))};
  SG_ASSIGN(const auto made, make_export(database, options));
  PartialFile file(written.path);
  SG_TRY(file.open());
  for (std::string piece;;) {
    SG_TRY(made->next(piece));
    if (piece.empty()) break;
    SG_TRY(file.write(piece));
    written.bytes += static_cast<std::int64_t>(piece.size());
    if (progress) progress(written.bytes);
  }
  SG_TRY(file.finish());
  return written;
}

OpenPicture originals_of(storage::BlobStore& blobs) {
  return [&blobs](const core::Photo& photo) -> core::Result<Picture> {
    if (photo.files.original.empty()) return core::fail(core::not_found("no original was kept"));
    SG_ASSIGN(auto fd, blobs.open(photo.files.original));
    const auto bytes = ::lseek(fd.get(), 0, SEEK_END);
    if (bytes != photo.file_bytes)
      return core::fail(core::not_found("the original is not as long as it was; `sightglass check` tells more"));
    return Picture{.fd = std::move(fd), .bytes = bytes};
  };
}

}  // namespace sightglass::exports
