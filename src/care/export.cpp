#include "care/export.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "core/json_writer.hpp"
#include "filing/layout.hpp"
#include "filing/sidecar.hpp"
#include "runtime/partial_file.hpp"
#include "storage/hashing.hpp"

namespace sightglass::care {
namespace {

namespace fs = std::filesystem;
using runtime::PartialFile;
using runtime::UnixFd;

core::Result<void> write_file(const fs::path& target, std::string_view bytes) {
  PartialFile file(target);
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

struct Copied {
  std::int64_t bytes = 0;
  core::Sha256 hash{};
};

core::Result<Copied> copy_blob(int from, PartialFile& to) {
  std::string buffer(256 << 10, '\0');
  storage::Sha256Hasher hasher;
  for (std::int64_t offset = 0;;) {
    const ssize_t got = ::pread(from, buffer.data(), buffer.size(), offset);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return core::fail(core::internal_error("A stored file could not be read.", std::strerror(errno)));
    if (got == 0) return Copied{.bytes = offset, .hash = hasher.value()};
    const std::string_view piece(buffer.data(), static_cast<std::size_t>(got));
    hasher.update(piece);
    SG_TRY(to.write(piece));
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
  PartialFile copy(options_.directory / key);
  SG_TRY(copy.open());
  SG_ASSIGN(const auto copied, copy_blob(source.get(), copy));
  if (!photo.files.original.empty() && copied.hash != photo.sha256) {
    return core::fail(core::internal_error("The stored original " + key + " is altered; it was not exported."));
  }
  SG_TRY(copy.finish());
  ++report_.copied;
  report_.bytes += copied.bytes;
  return copied.hash;
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
