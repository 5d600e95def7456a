#include "care/export.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <system_error>
#include <utility>

#include "core/json_writer.hpp"
#include "filing/layout.hpp"
#include "filing/sidecar.hpp"
#include "storage/hashing.hpp"

namespace sightglass::care {
namespace {

namespace fs = std::filesystem;
using runtime::UnixFd;

core::Error file_error(const fs::path& path) {
  const int number = errno;
  const auto code =
      number == ENOSPC || number == EDQUOT ? core::ErrorCode::quota_exceeded : core::ErrorCode::unavailable;
  return {.code = code, .message = path.string() + " cannot be written: " + std::strerror(number)};
}

// A file of the export under another name until it is whole.
class Partial {
 public:
  explicit Partial(fs::path target) : target_(std::move(target)), path_(target_.string() + ".partial") {}
  ~Partial() {
    if (fd_) ::unlink(path_.c_str());
  }
  Partial(const Partial&) = delete;
  Partial& operator=(const Partial&) = delete;

  core::Result<void> open() {
    std::error_code failure;
    fs::create_directories(target_.parent_path(), failure);
    fd_ = UnixFd(::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640));
    if (!fd_) return core::fail(file_error(path_));
    return {};
  }
  core::Result<void> write(std::string_view bytes) {
    hasher_.update(bytes);
    while (!bytes.empty()) {
      const ssize_t put = ::write(fd_.get(), bytes.data(), bytes.size());
      if (put < 0 && errno == EINTR) continue;
      if (put < 0) return core::fail(file_error(path_));
      bytes.remove_prefix(static_cast<std::size_t>(put));
    }
    return {};
  }
  core::Sha256 sha256() const { return hasher_.value(); }
  core::Result<void> finish() {
    if (::fdatasync(fd_.get()) != 0 || ::rename(path_.c_str(), target_.c_str()) != 0) {
      return core::fail(file_error(target_));
    }
    fd_.reset();
    return {};
  }

 private:
  fs::path target_;
  std::string path_;
  UnixFd fd_;
  storage::Sha256Hasher hasher_;
};

core::Result<void> write_file(const fs::path& target, std::string_view bytes) {
  Partial file(target);
  SG_TRY(file.open());
  SG_TRY(file.write(bytes));
  return file.finish();
}

bool has_bytes(const fs::path& path, const core::Sha256& expected) {
  const UnixFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!fd) return false;
  const auto hash = storage::sha256_of_file(fd.get());
  return hash && *hash == expected;
}

core::Result<std::int64_t> copy_blob(int from, Partial& to) {
  std::string buffer(256 << 10, '\0');
  for (off_t offset = 0;;) {
    const ssize_t got = ::pread(from, buffer.data(), buffer.size(), offset);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return core::fail(core::internal_error("A stored file could not be read.", std::strerror(errno)));
    if (got == 0) return std::int64_t{offset};
    SG_TRY(to.write(std::string_view(buffer).substr(0, static_cast<std::size_t>(got))));
    offset += got;
  }
}

class ExportRun {
 public:
  using Progress = std::function<bool(const ExportReport&)>;
  ExportRun(storage::BlobStore& blobs, database::Database& database, const ExportOptions& options,
            const Progress& progress)
      : blobs_(blobs), database_(database), options_(options), progress_(progress), manifest_(text_) {}

  core::Result<ExportReport> run();

 private:
  core::Result<bool> export_page(std::optional<database::photos::PageKey>& after);
  core::Result<void> export_photo(const core::Photo& photo);
  core::Result<core::Sha256> export_blob(const core::Photo& photo, const std::string& key);
  void list_in_manifest(const core::Photo& photo, const std::string& key, const core::Sha256& hash);

  storage::BlobStore& blobs_;
  database::Database& database_;
  const ExportOptions& options_;
  const Progress& progress_;
  ExportReport report_{};
  std::string text_;
  core::JsonWriter manifest_;
};

core::Result<ExportReport> ExportRun::run() {
  manifest_.begin_object().member("sightglass_export", std::int64_t{1}).key("photos").begin_array();
  std::optional<database::photos::PageKey> after;
  for (bool goes_on = true; goes_on;) {
    SG_ASSIGN(goes_on, export_page(after));
  }
  manifest_.end_array().end_object();
  text_ += '\n';
  SG_TRY(write_file(options_.directory / "manifest.json", text_));
  return report_;
}

core::Result<bool> ExportRun::export_page(std::optional<database::photos::PageKey>& after) {
  database::photos::Filter filter = options_.filter;
  filter.sort = database::photos::Sort::oldest_uploaded;
  filter.limit = 200;
  SG_ASSIGN(const auto page, database_.read([&](database::Session& session) {
    return database::photos::list(session, filter, {.sees_all = true}, after);
  }));
  for (const auto& photo : page.photos) {
    ++report_.photos;
    const auto done = export_photo(photo);
    if (!done && done.error().code == core::ErrorCode::quota_exceeded) return std::unexpected(done.error());
    if (!done) report_.failures.push_back({photo.id.to_string(), done.error().message});
    if (progress_ && !progress_(report_)) return false;
  }
  after = page.next;
  return after.has_value();
}

core::Result<void> ExportRun::export_photo(const core::Photo& photo) {
  const std::string& key = photo.files.original.empty() ? photo.files.display : photo.files.original;
  const fs::path target = options_.directory / key;
  if (!photo.files.original.empty() && has_bytes(target, photo.sha256)) {
    ++report_.were_there;
    list_in_manifest(photo, key, photo.sha256);
  } else {
    SG_ASSIGN(const auto hash, export_blob(photo, key));
    list_in_manifest(photo, key, hash);
  }
  // From the row, so that an export made while a sidecar was stale is right all the same.
  filing::Sidecar sidecar{.photo = photo};
  const std::string sidecar_key = filing::sidecar_key(photo.files);
  if (const auto text = blobs_.read(sidecar_key)) {
    if (const auto stored = filing::sidecar_from_json(*text)) sidecar.uploader_name = stored->uploader_name;
  }
  return write_file(options_.directory / sidecar_key, filing::to_json(sidecar));
}

core::Result<core::Sha256> ExportRun::export_blob(const core::Photo& photo, const std::string& key) {
  SG_ASSIGN(const UnixFd source, blobs_.open(key));
  Partial copy(options_.directory / key);
  SG_TRY(copy.open());
  SG_ASSIGN(const std::int64_t bytes, copy_blob(source.get(), copy));
  const core::Sha256 hash = copy.sha256();
  if (!photo.files.original.empty() && hash != photo.sha256) {
    return core::fail(core::internal_error("The stored original " + key + " is altered; it was not exported."));
  }
  SG_TRY(copy.finish());
  ++report_.copied;
  report_.bytes += bytes;
  return hash;
}

void ExportRun::list_in_manifest(const core::Photo& photo, const std::string& key, const core::Sha256& hash) {
  manifest_.begin_object().member("id", photo.id.to_string()).member("path", key).member("sha256", hash.to_hex());
  manifest_.member("original_filename", photo.original_filename);
  manifest_.member("is_original", !photo.files.original.empty());
  manifest_.member("uploaded_at", core::to_iso8601(photo.uploaded_at)).end_object();
}

}  // namespace

core::Result<ExportReport> export_photos(storage::BlobStore& blobs, database::Database& database,
                                         const ExportOptions& options,
                                         const std::function<bool(const ExportReport&)>& progress) {
  return ExportRun(blobs, database, options, progress).run();
}

}  // namespace sightglass::care
